"""How far a step moves the weights: norm of each parameter, and of its update over it.

The weights are copied before the step; of large parameters only evenly spaced elements are, and the ratio is
estimated from them.
"""

from __future__ import annotations

import math
from typing import Any, Sequence

import torch

from . import nonfinite, readback
from .arrays import arrays
from .gradients import total_of
from .guard import guarded
from .norms import by_device, dense, norms
from .parameters import parameters
from .session import session
from .steps import Record, steps
from .timing import clock
from .watches import Watch, watches

WHOLE = 65_536
"""Elements up to which a parameter is copied whole."""
SPACED = 16_384


class Before:
    """The state before the step of parameters on one device: `norms` of whole weights and of the parts
    copied.
    """

    def __init__(self, held: list[torch.Tensor]) -> None:
        self.ids = [id(each) for each in held]
        weights = [dense(each) for each in held]
        self.parts = [part(each) for each in weights]
        self.norms = norms(weights)
        whole = all(one is other for one, other in zip(weights, self.parts))
        self.part_norms = self.norms if whole else norms(self.parts)
        self.copies = [each.clone() for each in self.parts]

    def moved(self) -> torch.Tensor:
        """Norms of what the step changed in the parts; uses up the copies."""
        torch._foreach_sub_(self.copies, self.parts)
        return norms(self.copies)


_ratios: dict[int, dict[int, float]] = {}
"""By number of the optimizer: the last measured update ratio, by id of the parameter."""
_before: list[tuple[Record, list[Before], float]] = []


def part(weight: torch.Tensor) -> torch.Tensor:
    """The weight, or a view of evenly spaced elements of it; the spacing is odd, so that columns take
    turns.
    """
    if weight.numel() <= WHOLE or not weight.is_contiguous():
        return weight
    return weight.view(-1)[:: (weight.numel() // SPACED) | 1]


@guarded("updates")
def before(watch: Watch) -> None:
    """The update is about to be applied: copies the weights, on the steps whose turn it is."""
    _before.clear()
    if not watch.updates.due():
        return
    start = clock()
    moving = [each for each in watch.parameters() if each.grad is not None and each.numel()]
    with torch.no_grad():
        kept = [Before(group) for group in by_device(moving)]
    _before.append((steps.now, kept, clock() - start))


def waits() -> bool:
    """Whether the weights before the update in progress are there to compare with."""
    return bool(_before)


@guarded("updates")
def after(watch: Watch) -> None:
    """Compares, and reads weight norm and update ratio."""
    record, kept, cost = _before.pop()
    start = clock()
    if record is steps.now:
        with torch.no_grad():
            _read(watch, record, kept)
    watch.updates.spent(cost + clock() - start)


def _read(watch: Watch, record: Record, kept: list[Before]) -> None:
    sums = [0.0, 0.0]
    for before_step in kept:
        vector = torch.cat([before_step.norms, before_step.part_norms, before_step.moved()])
        record.waiting += 1
        readback.read_vector(vector, _receiver(watch, record, before_step.ids, session.step, sums))


def _receiver(watch: Watch, record: Record, ids: list[int], step: int, sums: list[float]) -> Any:
    """`sums` gathers the squares of weights and of updates over devices."""

    def done(values: Sequence[float]) -> None:
        record.waiting -= 1
        if not values:
            return
        size = len(ids)
        weights, parts, moves = values[:size], values[size : 2 * size], values[2 * size :]
        ratios = [move / part_norm if part_norm else math.nan for move, part_norm in zip(moves, parts)]
        updates = [
            move if not part_norm else move / part_norm * weight
            for move, part_norm, weight in zip(moves, parts, weights)
        ]
        sums[0] = math.hypot(sums[0], total_of(weights))
        sums[1] = math.hypot(sums[1], total_of(updates))
        record.scalars["weightNorm" + watch.suffix] = sums[0]
        if sums[0]:
            record.scalars["updateRatio" + watch.suffix] = sums[1] / sums[0]
        arrays.put(step, "weightNorm", ids, weights)
        arrays.put(step, "updateRatio", ids, ratios)
        _ratios.setdefault(watch.id, {}).update(zip(ids, ratios))
        _report(step, ids, weights)

    return done


def latest_ratio(parameter: torch.Tensor) -> float | None:
    """Norm of the parameter's last measured update over its own; None before the first."""
    known = [_ratios.get(watch.id, {}) for watch in list(watches.values())]
    return next((each[id(parameter)] for each in known if id(parameter) in each), None)


def _report(step: int, ids: Sequence[int], weights: Sequence[float]) -> None:
    if not all(map(math.isfinite, weights)):
        bad = [parameters.names.get(key, "") for key, value in zip(ids, weights) if not math.isfinite(value)]
        nonfinite.seen("parameter", step, bad)
