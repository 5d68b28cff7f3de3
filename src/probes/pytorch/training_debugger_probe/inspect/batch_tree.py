"""What the model and the loss functions were given in the step in progress."""

from __future__ import annotations

import inspect
from typing import Any

from .. import captures, step_losses
from ..captures import Call
from ..step_losses import Given
from . import values
from .references import Item, Members
from .statistics import number


def tree() -> Members | None:
    """The arguments themselves where there was one call, else one line a call."""
    calls = [_arguments(call) for call in captures.calls]
    found = calls[0] if len(calls) == 1 else [_of_call(index, each) for index, each in enumerate(calls)]
    return Members.of([*found, *(_loss(each) for each in step_losses.given)])


def _of_call(index: int, arguments: list[Item]) -> Item:
    root = captures.calls[index].root()
    line = ", ".join(each.name for each in arguments)
    return Item(f"call {index}", f"{type(root).__name__}({line})", members=Members.of(arguments))


def _arguments(call: Call) -> list[Item]:
    names = _names(call.root(), len(call.args))
    found = [values.item(name, each) for name, each in zip(names, call.args)]
    return found + [values.item(name, each) for name, each in call.kwargs.items()]


def _names(root: Any, count: int) -> list[str]:
    """Of the positional arguments of `forward`."""
    found: list[str] = []
    try:
        known = inspect.signature(root.forward).parameters.values()
        found = [each.name for each in known if each.kind == each.POSITIONAL_OR_KEYWORD]
    except (TypeError, ValueError):
        pass
    return [*found, *(f"argument {at}" for at in range(len(found), count))][:count]


def _loss(given: Given) -> Item:
    inside = []
    if given.input() is not None:
        inside.append(values.item("input", given.input()))
    if given.target is not None:
        inside.append(values.item("target", given.target))
    result = given.result()
    line = number(given.value) if result is None or result.device.type == "cpu" else values.line_of(result)
    return Item(given.call.function, line, "loss", Members.of(inside))
