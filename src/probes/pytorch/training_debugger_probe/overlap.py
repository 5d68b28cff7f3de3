"""Whether examples of the validation data are in the training data as well, by a number for each example.

Compared is what the model itself is given: of the first epoch of training, and of the passes of validation
until training goes on. Where a script looks at its training data as well, in passes of their own, those do
not count.
"""

from __future__ import annotations

import math
from types import FrameType
from typing import Any

import torch

from . import captures, epochs, fingerprints, loaders, validation
from .captures import tensors_in
from .guard import guarded
from .session import session
from .source import place, user_frame
from .steps import steps

MOST_TRAINING = 4096
MOST_VALIDATION = 2048
MOST_COLUMNS = 256
"""Features of an example that its number depends on, evenly spaced."""
MOST_SETS = 64


class Held:
    """Examples of one loader, or of one tensor that batches are cut from; `passed` when a pass has ended."""

    def __init__(self, source: dict[str, Any] | None) -> None:
        self.found: list[str] = []
        self.source = source
        self.passed = False


class State:
    """What is known so far."""

    def __init__(self) -> None:
        self.training: list[str] = []
        self.batches: set[float] = set()
        self.held: dict[Any, Held] = {}
        self.complete = False
        """True when an epoch of training was seen."""
        self.said = False


state = State()


def numbers(tensor: torch.Tensor, most: int) -> list[str]:
    """For each of the first examples its elements weighted by fixed numbers, to ten digits."""
    with torch.no_grad():
        rows = tensor.detach()[:most]
        columns = math.prod(rows.shape[1:])
        rows = rows.reshape(rows.shape[0], columns)[:, :: max(1, math.ceil(columns / MOST_COLUMNS))]
        values = (rows.to(torch.float64) * fingerprints.weights(rows.shape[1])).sum(1).tolist()
    return [f"{value:.9e}" for value in values]


def _usable(tensor: torch.Tensor | None) -> bool:
    return tensor is not None and tensor.dim() > 1 and fingerprints.suits(tensor)


def waits() -> bool:
    """Whether the input of a step of training may still tell something."""
    return not state.said and not (state.complete and not state.held)


@guarded("overlap")
def trained(tensor: torch.Tensor | None) -> None:
    """A step of training is over; it was computed from this input."""
    if state.said or tensor is None or not _usable(tensor):
        return
    state.held = {key: held for key, held in state.held.items() if held.passed}
    if state.complete:
        _say()
        return
    batch = steps.now.scalars.get(fingerprints.SERIES)
    room = MOST_TRAINING - len(state.training)
    if batch in state.batches or not room:
        state.complete = True
        return
    if batch is not None:
        state.batches.add(batch)
    state.training += numbers(tensor, room)


def _validated(args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """A model was called without gradients; True while more is of interest."""
    tensor = next(tensors_in((args, kwargs)), None)
    if state.said or tensor is None or not _usable(tensor):
        return False
    _add(tensor, user_frame())
    return not state.said


@guarded("overlap")
def _add(tensor: torch.Tensor, frame: FrameType | None) -> None:
    loader = loaders.state.last
    if loader is not None and loader.role == "train":
        return
    if loader is not None:
        key, source = (loader.id, 0), loader.place
    else:
        line = frame.f_lineno if frame is not None else 0
        key, source = (-line, _storage(tensor)), place(frame)
    held = state.held.get(key)
    if held is None:
        if len(state.held) >= MOST_SETS:
            return
        held = state.held[key] = Held(source)
    if len(held.found) < MOST_VALIDATION and not held.passed:
        held.found += numbers(tensor, MOST_VALIDATION - len(held.found))


def _storage(tensor: torch.Tensor) -> int:
    """Address of the memory that the tensor is a view of; the older way to ask warns on newer versions."""
    return int(getattr(tensor, "untyped_storage", tensor.storage)().data_ptr())


def _passed(_loss: float) -> None:
    for held in state.held.values():
        held.passed = True


def _epoch_ended() -> None:
    state.complete = True


def _say() -> None:
    sets = [held for held in state.held.values() if held.passed and held.found]
    if state.said or not sets or not state.training:
        return
    state.said = True
    training = set(state.training)
    shared = {id(held): sum(each in training for each in held.found) for held in sets}
    chosen = _least(sets, shared)
    message: dict[str, Any] = {
        "type": "overlap",
        "step": session.step,
        "compared": sum(len(held.found) for held in chosen),
        "shared": sum(shared[id(held)] for held in chosen),
        "training": len(state.training),
        "repeated": len(state.training) - len(training),
    }
    if chosen[0].source is not None:
        message["source"] = chosen[0].source
    session.send(message)


def _least(sets: list[Held], shared: dict[int, int]) -> list[Held]:
    """The loader with the smallest share; without loaders all parts that are not training data throughout."""
    if loaders.state.last is not None:
        return [min(sets, key=lambda held: shared[id(held)] / len(held.found))]
    return [held for held in sets if shared[id(held)] < len(held.found)] or sets


@guarded("overlap")
def _closing() -> None:
    _say()


validation.on_end.append(_passed)
epochs.on_end.append(_epoch_ended)
captures.on_validation.append(_validated)
session.on_close.append(_closing)
