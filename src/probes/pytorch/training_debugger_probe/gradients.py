"""Gradient norms: of each parameter, and of all parameters of the optimizer together."""

from __future__ import annotations

import math
from typing import Any, Sequence

import torch

from . import clipping, nonfinite, readback
from .arrays import arrays
from .guard import guarded
from .norms import by_device, dense, norms
from .parameters import parameters
from .session import session
from .steps import Record, steps
from .timing import clock
from .watches import Watch


@guarded("gradients")
def measure(watch: Watch, held: list[torch.Tensor]) -> None:
    """Norms of the gradients as the optimizer sees them, before clipping by norm where that was called.

    Runs on the steps whose turn it is, on a step whose loss is not finite, and on one that has a gate.
    """
    record = steps.now
    clipped = clipping.of(held) if clipping.any_calls() else None
    if clipped is not None:
        record.scalars["clipNorm" + watch.suffix] = clipped[0]
        record.read("gradNorm" + watch.suffix, [clipped[1]])
    due = watch.gradients.due()
    if not due and not watch.gated and not nonfinite.pending():
        return
    if nonfinite.pending():
        nonfinite.looked()
    start = clock()
    found = [each for each in held if each.grad is not None]
    if found:
        _of(watch, record, found, clipped)
    watch.gradients.spent(clock() - start)


def _of(watch: Watch, record: Record, found: list[torch.Tensor], clipped: Any) -> None:
    scale = getattr(watch.optimizer, "grad_scale", None)
    for group in by_device(found):
        vector = norms([dense(each.grad) for each in group if each.grad is not None])
        if isinstance(scale, torch.Tensor):
            vector = vector / scale.to(vector.device)
        if clipped is not None:
            limit, total = clipped
            vector = vector / torch.clamp(limit / (total.to(vector.device) + 1e-6), max=1.0)
        _read(watch, record, [id(each) for each in group], vector, clipped is None)


def _read(watch: Watch, record: Record, ids: list[int], vector: torch.Tensor, put_total: bool) -> None:
    record.waiting += 1
    step = session.step

    def done(values: Sequence[float]) -> None:
        record.waiting -= 1
        if not values:
            return
        if put_total:
            name = "gradNorm" + watch.suffix
            record.scalars[name] = math.hypot(record.scalars.get(name, 0.0), total_of(values))
        arrays.put(step, "gradNorm", ids, values)
        _report(step, ids, values)

    readback.read_vector(vector, done)


def total_of(values: Sequence[float]) -> float:
    """Root of the sum of squares; of non-finite values the first that is so."""
    total = math.fsum(value * value for value in values) if all(map(math.isfinite, values)) else math.nan
    if total == total:
        return math.sqrt(total)
    return next(value for value in values if not math.isfinite(value))


def _report(step: int, ids: Sequence[int], values: Sequence[float]) -> None:
    if not all(map(math.isfinite, values)):
        bad = [parameters.names.get(key, "") for key, value in zip(ids, values) if not math.isfinite(value)]
        nonfinite.seen("gradient", step, bad)
