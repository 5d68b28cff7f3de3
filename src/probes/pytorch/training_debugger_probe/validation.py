"""Validation: loss functions called without gradients, or on a model in evaluation mode, until training
goes on; and those over another loader than the training one that no backward pass follows.
"""

from __future__ import annotations

from types import FrameType
from typing import Any, Callable

import torch

from . import doubtful, loaders, modes
from .guard import guarded
from .loss_calls import LossCall
from .passes import Pass
from .session import session
from .steps import steps
from .timing import clock, timing

models: list[Any] = []
"""Weak references to the models that are trained, see `parameters`."""
on_end: list[Callable[[float], None]] = []
"""Told the validation loss of each pass."""
on_said: list[Callable[[dict[str, Any]], None]] = []
"""Given the message of each pass, after all else."""
_open: list[Pass] = []
LEAST_PASSES = 5
"""Backward passes between two validations that tell the mode of training."""


class _Mode:
    """In which mode the models were trained."""

    def __init__(self) -> None:
        self.active = False
        """True once dropout or batch normalisation ran as in training in a step."""
        self.trained = False
        """True once a backward pass ran while not every model was in evaluation mode."""
        self.evaluated = 0
        """Backward passes since the last validation, -1 once a model was not in evaluation mode in one."""

    def went_back(self) -> None:
        if not evaluating():
            self.trained, self.evaluated = True, -1
        elif self.evaluated >= 0:
            self.evaluated += 1

    def is_left(self) -> bool:
        """Whether training went on in the mode of the validation before. Asked at the end of each pass."""
        left = self.active and self.trained and self.evaluated >= LEAST_PASSES
        self.evaluated = 0
        return left


_mode = _Mode()


def trains(active: bool) -> None:
    """A training loss was computed; `active` as in `add`."""
    _mode.active = _mode.active or active


def evaluating() -> bool:
    """True when every trained model is in evaluation mode."""
    any_left = False
    for reference in models:
        model = reference()
        if model is not None:
            if model.training:
                return False
            any_left = True
    return any_left


def counts() -> bool:
    """A loss computed without gradients amid a training batch, by a model in training mode, is no
    validation.
    """
    return evaluating() or not loaders.amid_training()


def add(
    call: LossCall, frame: FrameType | None, args: Any, kwargs: Any, result: torch.Tensor, active: bool
) -> None:
    """Adds one batch to the pass. `active`: dropout or batch normalisation ran as in training."""
    start = clock()
    if not _open:
        steps.flush()
        _open.append(Pass())
    loaders.used_for_validation()
    _add(_open[0], call, frame, args, kwargs, result, active)
    timing.validated(start, clock())


def _add(
    into: Pass,
    call: LossCall,
    frame: FrameType | None,
    args: Any,
    kwargs: Any,
    result: torch.Tensor,
    active: bool,
) -> None:
    into.add(call, frame, args, kwargs, result)
    into.active += int(active)
    into.evaluating = into.evaluating and evaluating()


def is_doubtful() -> bool:
    """Whether a loss with a graph may be one of a validation pass: the next backward pass tells."""
    return evaluating() or loaders.beside_training()


def doubt(
    call: LossCall, frame: FrameType | None, args: Any, kwargs: Any, result: torch.Tensor, active: bool
) -> None:
    """Adds one batch to the pass that is validation if no backward pass reaches it."""
    start = clock()
    into = doubtful.current(loaders.state.last)
    _add(into.what, call, frame, args, kwargs, result, active)
    into.mark(result)
    timing.validated(start, clock())


@guarded("validation")
def end() -> None:
    """Ends the pass, if one is open: training goes on, another loader begins, or the script ends."""
    _end()


def _end() -> None:
    modes.take()
    doubtful.end()
    if _open:
        _say(_open.pop())


@guarded("validation")
def went_back(tensors: Any) -> None:
    """A backward pass begins: the open pass ends, doubtful ones it does not reach are validation."""
    if doubtful.waiting:
        for found in doubtful.settle(tensors):
            _say_found(found)
    _end()
    _mode.went_back()


@guarded("validation")
def _close() -> None:
    end()
    for found in doubtful.settle(()):
        _say_found(found)


def _say_found(found: doubtful.Doubtful) -> None:
    if found.loader is not None:
        loaders.is_for_validation(found.loader)
    _say(found.what)


def _say(ended: Pass) -> None:
    message = ended.message()
    if _mode.is_left():
        message["mode"]["kept"] = True
    session.send(message)
    loss = ended.loss()
    for told in on_end:
        told(loss)
    for after in on_said:
        after(message)


session.on_close.append(_close)
loaders.on_switch.append(end)
