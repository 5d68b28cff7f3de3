"""One pass over validation data: what its losses add up to, and in which mode it was done."""

from __future__ import annotations

from types import FrameType
from typing import Any, Sequence

import torch

from . import accuracy, loaders
from .averaging import is_weighted
from .guard import guarded
from .loss_calls import LossCall
from .session import session
from .wire import number


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


class Pass:
    """A pass, while it goes on and after."""

    def __init__(self) -> None:
        self.tallies: dict[int, tuple[LossCall, Tally]] = {}
        self.calls = 0
        self.recorded = 0
        """Calls whose result has a graph."""
        self.active = 0
        """Calls before which dropout or batch normalisation ran as in training."""
        self.evaluating = True
        """True while every trained model is in evaluation mode."""
        self.ended: tuple[int, float, int | None] | None = None
        """Step, time and epoch of its end."""

    def add(
        self,
        call: LossCall,
        frame: FrameType | None,
        args: Sequence[Any],
        kwargs: dict[str, Any],
        result: torch.Tensor,
    ) -> None:
        """Adds one call of a loss function."""
        self.calls += 1
        self.recorded += int(result.requires_grad)
        reduction = kwargs.get("reduction", "mean")
        entry = self.tallies.get(id(call))
        if entry is None:
            entry = self.tallies[id(call)] = (call, Tally(is_weighted(frame)))
        tally = entry[1]
        target = args[1] if len(args) > 1 else kwargs.get("target")
        size = int(target.shape[0]) if isinstance(target, torch.Tensor) and target.dim() else 1
        value = result.detach()
        if reduction == "sum":
            value, tally.weighted = value / size, True
        elif reduction == "none":
            value = value.mean()
        tally.values.append(value.item() if value.is_cpu else value.clone())
        tally.weights.append(size)
        tally.batches += 1
        _count_right(call, tally, args, kwargs)

    def end(self) -> None:
        if self.ended is None:
            self.ended = (session.step, session.now(), loaders.last_epoch())

    def batches(self) -> int:
        return max(tally.batches for _, tally in self.tallies.values())

    def loss(self) -> float:
        """Of the first loss."""
        return next(iter(self.tallies.values()))[1].loss()

    def message(self) -> dict[str, Any]:
        self.end()
        assert self.ended is not None
        step, time, epoch = self.ended
        entries = list(self.tallies.values())
        message: dict[str, Any] = {
            "type": "validation",
            "step": step,
            "time": time,
            "batches": self.batches(),
            "scalars": {},
            "mode": self._mode(),
        }
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
        return message

    def _mode(self) -> dict[str, bool]:
        """Of a pass in evaluation mode one batch is not enough to tell: another model may have run before."""
        batches = self.batches()
        enough = batches > 1 or not self.evaluating
        return {
            "trainingMode": enough and self.active >= batches,
            "gradients": self.recorded == self.calls,
        }


@guarded("accuracy")
def _count_right(call: LossCall, tally: Tally, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
    found = accuracy.correct(call.function, args, kwargs)
    if found is not None:
        right, count = found
        tally.right.append(right.item() if right.is_cpu else right)
        tally.counted += count
