"""What a scheduler was built with, and the schedulers it is made of."""

from __future__ import annotations

from collections import Counter
from typing import Any, Iterable

from .wire import number

STATE = {"last_epoch", "T_i", "T_cur", "best", "num_bad_epochs", "cooldown_counter", "mode_worse"}
"""Attributes that are no options: where the schedule is."""
MOST_TEXT = 200


def of(scheduler: Any) -> dict[str, Any]:
    """Its public attributes that are numbers, words, truth values, or lists of numbers (as text)."""
    attributes = dict(vars(scheduler))
    if isinstance(attributes.get("_milestones"), list):  # of SequentialLR
        attributes["milestones"] = attributes["_milestones"]
    found = {name: _option(value) for name, value in attributes.items() if _is_public(name)}
    return {name: value for name, value in found.items() if value is not None}


def _is_public(name: str) -> bool:
    return not name.startswith("_") and name not in STATE


def _option(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value[:MOST_TEXT]
    if isinstance(value, (int, float)):
        return number(value)
    if isinstance(value, Counter):
        return _text(sorted(value.elements()))
    return _text(value) if isinstance(value, (list, tuple)) else None


def _text(values: Iterable[Any]) -> str | None:
    values = list(values)
    numbers = [each for each in values if type(each) in (int, float)]
    return ", ".join(map(str, numbers))[:MOST_TEXT] if values and len(numbers) == len(values) else None


def parts(scheduler: Any) -> list[Any]:
    """What may be schedulers among its attributes and in lists of them."""
    found: list[Any] = []
    for value in vars(scheduler).values():
        found += value if isinstance(value, (list, tuple)) else [value]
    return found
