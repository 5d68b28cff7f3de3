"""A loss function raised: what it was called with, told when the exception ends the script.

A script may catch the exception and go on; then nothing is said.
"""

from __future__ import annotations

import inspect
from typing import Any

import torch

from . import ranges
from .guard import guarded
from .parameters import dtype, shape
from .session import session
from .source import place, user_frame

MOST_TEXT = 20_000
pending: list[tuple[int, dict[str, Any]]] = []
"""Id of the last exception of a loss function, and its message; emptied when a loss is computed again."""


def of_memory(error: BaseException) -> bool:
    """True where not the arguments are at fault."""
    said = str(error).lower()
    return "out of memory" in said or "can't allocate memory" in said


@guarded("loss-failures")
def note(name: str, original: Any, args: Any, kwargs: Any, error: Exception) -> None:
    if of_memory(error):
        return
    message: dict[str, Any] = {
        "type": "lossFailed",
        "step": session.step,
        "function": name,
        "message": str(error)[:MOST_TEXT],
    }
    where = place(user_frame())
    if where is not None:
        message["source"] = where
    given = _arguments(original, args, kwargs)
    with torch.no_grad():
        _describe(message, name, given)
    pending[:] = [(id(error), message)]


def _arguments(original: Any, args: Any, kwargs: Any) -> dict[str, Any]:
    try:
        return dict(inspect.signature(original).bind(*args, **kwargs).arguments)
    except TypeError:
        return {**dict(zip(("input", "target"), args)), **kwargs}


def _describe(message: dict[str, Any], name: str, given: dict[str, Any]) -> None:
    output, target = given.get("input"), given.get("target")
    if isinstance(output, torch.Tensor):
        message.update(outputShape=shape(output), outputDtype=dtype(output))
        if name in ("cross_entropy", "nll_loss") and output.dim():
            message["classes"] = int(output.shape[1] if output.dim() > 1 else output.shape[0])
    if isinstance(target, torch.Tensor):
        message.update(targetShape=shape(target), targetDtype=dtype(target))
    facts: dict[str, Any] = {}
    try:
        if isinstance(target, torch.Tensor):
            ranges.of_target(facts, target, given.get("ignore_index", -100) if "classes" in message else None)
        if isinstance(output, torch.Tensor):
            ranges.of_output(facts, output)
    except RuntimeError:
        pass  # a device that failed answers nothing more
    message.update({key: facts[key] for key in RANGES if key in facts})


RANGES = ("outputMin", "outputMax", "targetMin", "targetMax")


def tell(error: BaseException | None) -> None:
    """Says the failure that this exception is, or was raised for."""
    for _ in range(10):
        if error is None or not pending:
            return
        if id(error) == pending[0][0]:
            _say()
        error = error.__cause__ or error.__context__


@guarded("loss-failures")
def _say() -> None:
    """At the end as well: a script may end itself after it caught the exception."""
    if pending:
        session.send(pending.pop()[1])


session.on_close.insert(0, _say)
