"""The first non-finite value of each kind."""

from __future__ import annotations

from typing import Any

from .session import session

_seen: set[str] = set()
MOST_NAMES = 100


def seen(where: str, step: int, names: list[str], source: dict[str, Any] | None = None) -> None:
    """Says once where the first NaN or infinity showed: `loss`, `gradient` or `parameter`."""
    if where in _seen:
        return
    _seen.add(where)
    message: dict[str, Any] = {"type": "nonFinite", "step": step, "where": where, "names": names[:MOST_NAMES]}
    if source is not None:
        message["source"] = source
    session.send(message)


def pending() -> bool:
    """True after a non-finite loss or gradient was met until the gradients have been looked at for it."""
    return ("loss" in _seen or "suspected" in _seen) and "gradient" not in _seen and "looked" not in _seen


def suspect() -> None:
    """A gradient is not finite: all of them are to be looked at in this step."""
    _seen.add("suspected")


def looked() -> None:
    _seen.add("looked")
