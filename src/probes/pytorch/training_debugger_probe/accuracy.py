"""Accuracy, from the outputs and targets that the loss function is given."""

from __future__ import annotations

from typing import Any, Sequence

import torch

from . import readback
from .control import control
from .guard import guarded
from .loss_calls import LossCall
from .observable import is_plain
from .sampling import Sampler
from .steps import Record, steps
from .timing import clock

MOST_ELEMENTS = 2**24
"""Outputs larger than this (a language model's) are not searched for their maximum."""
_sampler = Sampler(0.1)
_turn: list[tuple[Record, bool]] = []
"""The step in progress and whether its accuracy is measured."""
_site: list[LossCall] = []
"""The call whose accuracy is the training accuracy: the first that has one."""


def correct(function: str, args: Sequence[Any], kwargs: dict[str, Any]) -> tuple[torch.Tensor, int] | None:
    """How many predictions are right (0-dimensional tensor), of how many; None where that means nothing."""
    output = args[0] if args else kwargs.get("input")
    target = args[1] if len(args) > 1 else kwargs.get("target")
    if not is_plain(output) or not is_plain(target):
        return None
    assert isinstance(output, torch.Tensor) and isinstance(target, torch.Tensor)
    if not 0 < output.numel() <= MOST_ELEMENTS:
        return None
    with torch.no_grad():
        if function in ("cross_entropy", "nll_loss"):
            return _classes(output, target, int(kwargs.get("ignore_index", -100)))
        if function.startswith("binary_cross_entropy") and output.shape == target.shape:
            threshold = 0.0 if function.endswith("logits") else 0.5
            return ((output > threshold) == (target > 0.5)).sum(), target.numel()
    return None


def _classes(output: torch.Tensor, target: torch.Tensor, ignored: int) -> tuple[torch.Tensor, int] | None:
    axis = 1 if output.dim() > 1 else 0
    if output.shape[axis] < 2:
        return None
    if target.is_floating_point():
        target = target.argmax(axis)
    right = output.argmax(axis) == target
    if target.is_cpu and ignored < 0:
        ignored_count = int((target == ignored).sum())
        return right.sum(), target.numel() - ignored_count
    return right.sum(), target.numel()


@guarded("accuracy")
def train(call: LossCall, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
    """Adds a micro-batch to the accuracy of the step in progress, in the steps whose turn it is."""
    record = steps.now
    if not _turn or _turn[0][0] is not record:
        _turn[:] = [(record, _sampler.due() or control.gear.gated)]
    if not _turn[0][1] or (_site and _site[0] is not call):
        return
    start = clock()
    found = correct(call.function, args, kwargs)
    if found is not None:
        _site[:] = [call]
        _add(record, *found)
        _sampler.spent(clock() - start)


def _add(record: Record, right: torch.Tensor, count: int) -> None:
    """Micro-batches of one step are averaged over their examples."""
    record.waiting += 1

    def done(values: Sequence[float]) -> None:
        record.waiting -= 1
        if values and count:
            known = record.tally
            known[0] += values[0]
            known[1] += count
            record.scalars["accuracy"] = known[0] / known[1]

    readback.read([right], done)
