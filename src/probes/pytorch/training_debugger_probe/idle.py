"""Whether any optimizer ever steps: where one backward pass after the other computes gradients that are
cleared again, and no weight moves, its `step()` was forgotten.
"""

from __future__ import annotations

import torch

from .guard import guarded
from .session import session
from .source import place, user_frame
from .watches import Watch, watches

PASSES = 20
"""Backward passes whose gradients were cleared, from the first on, after which it is said."""
MOST_PARAMETERS = 3
MOST_ELEMENTS = 256


class _Idle:
    def __init__(self) -> None:
        self.over = False
        self.cleared = False
        """True when the gradients were gone as the pass in progress began."""
        self.passes = 0
        self.first: list[tuple[torch.Tensor, torch.Tensor]] = []
        """A few parameters of the first optimizer, and some of their elements when it was first looked."""


_idle = _Idle()


@guarded("optimizer-steps")
def backward_begins() -> None:
    if _idle.over:
        return
    if session.step or any(watch.step_source is not None for watch in watches.values()):
        _end()
        return
    if not _idle.first:
        _choose()
    _idle.cleared = all(_is_clear(parameter) for parameter, _ in _idle.first)


@guarded("optimizer-steps")
def backward_ended() -> None:
    if _idle.over or not _idle.first:
        return
    learns = any(parameter.grad is not None for parameter, _ in _idle.first)
    _idle.passes = _idle.passes + 1 if _idle.cleared and learns else 0
    if _idle.passes >= PASSES:
        watch = _first()
        if watch is not None and all(torch.equal(_some(weights), kept) for weights, kept in _idle.first):
            _say(watch)
        _end()


def _say(watch: Watch) -> None:
    message = {**watch.message(), "idle": _idle.passes}
    where = place(user_frame())
    session.send(message if where is None else {**message, "idleSource": where})


def _choose() -> None:
    watch = _first()
    parameters = watch.parameters() if watch is not None else []
    learning = [each for each in parameters if each.requires_grad and each.layout == torch.strided]
    _idle.first = [(each, _some(each).clone()) for each in learning[-MOST_PARAMETERS:]]


def _first() -> Watch | None:
    return next(iter(watches.values()), None)


def _some(parameter: torch.Tensor) -> torch.Tensor:
    return parameter.detach().reshape(-1)[:MOST_ELEMENTS]


def _is_clear(parameter: torch.Tensor) -> bool:
    return parameter.grad is None or not bool(_some(parameter.grad).any())


def _end() -> None:
    _idle.over = True
    _idle.first.clear()
