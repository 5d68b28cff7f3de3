"""Whether gradients are cleared: a look at a few parameters at the start of every backward pass.

A step has stale gradients when those of its optimizer were there, not zero, at the start of each backward
pass since the step before. Where they were cleared at any time between, one pass began without them: later
micro-batches of an accumulation, and gradients that another model's pass leaves behind, do not count. Nor do
gradients that the script has put in place itself instead of the old ones.
"""

from __future__ import annotations

import weakref
from typing import Any, Sequence

import torch

from . import readback
from .guard import guarded
from .norms import dense
from .sampling import Sampler
from .steps import Record
from .timing import clock
from .watches import Watch

FIRST = 10
"""Steps of each optimizer that are always looked at."""
MOST_PARAMETERS = 3
MOST_ELEMENTS = 4096


class Clearing:
    """What is known of one optimizer since its last step."""

    def __init__(self) -> None:
        self.looked_at: list[tuple[Any, int]] = []
        """Weak references to parameters that had gradients at the last step, and how often those had been
        written; empty when it is not looked.
        """
        self.left: list[torch.Tensor | bool] = []
        """For each backward pass since: whether their gradients were still there."""
        self.cleared = False
        self.passes = 0
        """Backward passes before its last step."""
        self.sampler = Sampler(0.05)
        self.spent = 0.0
        """Seconds that the choice took."""


_known: dict[int, Clearing] = {}
"""By number of the optimizer."""
_looked_at: list[Clearing] = []
"""Those whose parameters are looked at when the next backward pass begins."""

passes = [0]
"""Backward passes so far."""


@guarded("gradient-clearing")
def backward_begins() -> None:
    passes[0] += 1
    for known in list(_looked_at):
        start = clock()
        _look(known)
        if known.cleared:
            _looked_at.remove(known)
        known.sampler.spent(known.spent + clock() - start)
        known.spent = 0.0


def went_back_since_step(watch: Watch) -> bool:
    """Whether a backward pass ran since the last step of the optimizer."""
    known = _known.get(watch.id)
    return passes[0] > (known.passes if known is not None else 0)


def _look(known: Clearing) -> None:
    gradients = [gradient for gradient, _ in _gradients(known)]
    left = _any(gradients) if gradients else False
    if left is False:
        known.cleared = True
    else:
        known.left.append(left)


def _gradients(known: Clearing) -> list[tuple[torch.Tensor, int]]:
    """Those of the parameters that are there, with how often they had been written at the last step."""
    parameters = [(reference(), written) for reference, written in known.looked_at]
    return [
        (each.grad, written) for each, written in parameters if each is not None and each.grad is not None
    ]


def _were_replaced(known: Clearing) -> bool:
    """A backward pass adds to the gradients in place, and each time counts; another tensor counts anew."""
    return any(gradient._version <= written for gradient, written in _gradients(known))


def _any(gradients: Sequence[torch.Tensor]) -> torch.Tensor | bool:
    """Whether an element is not zero; a tensor of one number where reading it would make a device wait."""
    with torch.no_grad():
        flags = [_part(dense(each)).any() for each in gradients]
        if flags[0].is_cpu:
            return any(bool(flag) for flag in flags)
        return torch.stack([flag.to(flags[0].device) for flag in flags]).any()


def _part(values: torch.Tensor) -> torch.Tensor:
    """All elements, or evenly spaced ones of a large gradient."""
    if values.numel() <= MOST_ELEMENTS:
        return values
    flat = values.view(-1) if values.is_contiguous() else values.flatten(0, -1)
    return flat[:: (values.numel() // MOST_ELEMENTS) | 1]


@guarded("gradient-clearing")
def step_ends(watch: Watch, record: Record) -> None:
    """Writes what was seen before the step, and chooses what to look at until the next one."""
    _put(watch, record)
    _prepare(watch)


@guarded("gradient-clearing")
def put(watch: Watch, record: Record) -> None:
    """Writes the value of the step in progress. A step without a backward pass has none."""
    _put(watch, record)


def _put(watch: Watch, record: Record) -> None:
    known = _known.get(watch.id)
    if known is None:
        return
    if known.cleared or (known.left and _were_replaced(known)):
        record.scalars["staleGradients" + watch.suffix] = 0.0
    elif known.left:
        _read(record, "staleGradients" + watch.suffix, known.left)


def _prepare(watch: Watch) -> None:
    """Chooses what to look at until the next step, where it is its turn."""
    known = _known.get(watch.id)
    if known is None:
        known = _known[watch.id] = Clearing()
    if known in _looked_at:
        _looked_at.remove(known)
    known.looked_at, known.left, known.cleared = [], [], False
    known.passes = passes[0]
    if watch.steps < FIRST or known.sampler.due():
        _choose(watch, known)


def _choose(watch: Watch, known: Clearing) -> None:
    start = clock()
    chosen = _choice(watch.parameters())
    known.looked_at = [(weakref.ref(each), each.grad._version) for each in chosen if each.grad is not None]
    if known.looked_at:
        _looked_at.append(known)
    known.spent = clock() - start


def _read(record: Record, name: str, left: Sequence[torch.Tensor | bool]) -> None:
    tensors = [each for each in left if isinstance(each, torch.Tensor)]
    if not tensors:
        record.scalars[name] = 1.0
        return
    record.waiting += 1

    def done(values: Sequence[float]) -> None:
        record.waiting -= 1
        if values:
            record.scalars[name] = float(all(values))

    readback.read([each.to(torch.float32) for each in tensors], done)


def _choice(held: Sequence[torch.Tensor]) -> list[torch.Tensor]:
    """The last ones that have gradients, for they are the nearest to the loss, and the first one."""
    chosen: list[torch.Tensor] = []
    for each in reversed(held):
        if each.grad is not None:
            chosen.append(each)
            if len(chosen) == MOST_PARAMETERS - 1:
                break
    first = next((each for each in held if each.grad is not None), None)
    if first is not None and all(first is not each for each in chosen):
        chosen.append(first)
    return chosen
