"""Between two steps: what the engine asks of a training that runs is done here.

That is when the next forward pass begins: what belongs to the step, a scheduler's turn for one, has then been
done. Where that would not be seen, it is right after a step.
"""

from __future__ import annotations

from typing import Any

from . import captures, control, requests
from .timing import clock, timing

_waited = [False]
"""True when the forward pass after the step before was waited for, and was not seen."""


def step_ends() -> None:
    """A step is over."""
    if control.pending():
        if captures.armed() and not _waited[0]:
            _waited[0] = True
        else:
            _take()


def _forward_begins() -> None:
    if control.pending():
        _take()


def _take() -> None:
    """Answers requests, or ends the training."""
    _waited[0] = False
    start = clock()
    requests.between_steps()
    timing.held(clock() - start)
    if control.control.stop:
        control.end_training()


def _infers(_args: Any, _kwargs: Any) -> bool:
    """The model is called without gradients: what the script does by it is no part of the training step."""
    if not captures.calls and timing.inferring is None:
        timing.inferred(clock())
    return False


captures.on_call.append(_forward_begins)
captures.on_validation.append(_infers)
