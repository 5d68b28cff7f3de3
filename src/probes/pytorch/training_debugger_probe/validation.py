"""Validation: loss functions called without gradients, or on a model in evaluation mode, until training
goes on.
"""

from __future__ import annotations

from types import FrameType
from typing import Any, Callable, Sequence

import torch

from . import accuracy, loaders
from .averaging import is_weighted
from .guard import guarded
from .loss_calls import LossCall
from .session import session
from .steps import steps
from .timing import clock, timing
from .wire import number

models: list[Any] = []
"""Weak references to the models that are trained, see `parameters`."""
on_end: list[Callable[[float], None]] = []
"""Told the validation loss of each pass."""


class Tally:
    """What one loss call added up to over a pass. Values stay tensors where reading would make a device
    wait.
    """

    def __init__(self, weighted: bool) -> None:
        self.weighted = weighted
        self.batches = 0
        self.values: list[Any] = []
        self.weights: list[int] = []
        self.right: list[Any] = []
        self.counted = 0

    def loss(self) -> float:
        """Mean over examples, or over batches where the script averages so."""
        values = [float(value) for value in self.values]
        if not self.weighted:
            return sum(values) / len(values)
        return sum(value * weight for value, weight in zip(values, self.weights)) / max(1, sum(self.weights))

    def accuracy(self) -> float | None:
        return sum(float(each) for each in self.right) / self.counted if self.counted else None


_tallies: dict[int, tuple[LossCall, Tally]] = {}


def _live_models() -> list[Any]:
    return [model for model in (reference() for reference in models) if model is not None]


def evaluating() -> bool:
    """True when every trained model is in evaluation mode."""
    found = _live_models()
    return bool(found) and not any(model.training for model in found)


def counts() -> bool:
    """A loss computed without gradients amid a training batch, by a model in training mode, is no
    validation.
    """
    return evaluating() or not loaders.amid_training()


def add(
    call: LossCall, frame: FrameType | None, original: Any, args: Any, kwargs: Any, result: torch.Tensor
) -> None:
    """Adds one batch to the pass."""
    start = clock()
    if not _tallies:
        steps.flush()
    loaders.used_for_validation()
    reduction = kwargs.get("reduction", "mean")
    entry = _tallies.get(id(call))
    if entry is None:
        entry = _tallies[id(call)] = (call, Tally(is_weighted(frame)))
    tally = entry[1]
    target = args[1] if len(args) > 1 else kwargs.get("target")
    size = int(target.shape[0]) if isinstance(target, torch.Tensor) and target.dim() else 1
    value = result.detach()
    if reduction == "sum":
        value, tally.weighted = value / size, True
    elif reduction == "none":
        value = value.mean()
    tally.values.append(value.item() if value.device.type == "cpu" else value.clone())
    tally.weights.append(size)
    tally.batches += 1
    _count_right(call, tally, args, kwargs)
    timing.validated(start, clock())


@guarded("accuracy")
def _count_right(call: LossCall, tally: Tally, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
    found = accuracy.correct(call.function, args, kwargs)
    if found is not None:
        right, count = found
        tally.right.append(right.item() if right.device.type == "cpu" else right)
        tally.counted += count


@guarded("validation")
def end() -> None:
    """Ends the pass, if one is open: training goes on, another loader begins, or the script ends."""
    if not _tallies:
        return
    entries = list(_tallies.values())
    _tallies.clear()
    message: dict[str, Any] = {
        "type": "validation",
        "step": session.step,
        "time": session.now(),
        "batches": max(tally.batches for _, tally in entries),
        "scalars": {},
    }
    epoch = loaders.last_epoch()
    if epoch is not None:
        message["epoch"] = epoch
    if entries[0][0].place is not None:
        message["source"] = entries[0][0].place
    for index, (_, tally) in enumerate(entries):
        suffix = f"/{index}" if index else ""
        message["scalars"]["validation/loss" + suffix] = number(tally.loss())
        share = tally.accuracy()
        if share is not None:
            message["scalars"]["validation/accuracy" + suffix] = number(share)
    session.send(message)
    best = entries[0][1].loss()
    for told in on_end:
        told(best)


session.on_close.append(end)
loaders.on_switch.append(end)
