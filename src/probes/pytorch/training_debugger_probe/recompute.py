"""Computes a step again from what was recorded of it, up to its gate."""

from __future__ import annotations

import math
from typing import Any

import torch

from . import rates
from .again import Repeated, Unknown
from .gradients import total_of
from .norms import by_device, dense, norms
from .recorder import Recording
from .snapshots import Snapshot, same
from .steps import Record
from .watches import Watch
from .wire import number, text


def gradients(recording: Recording | None) -> None:
    """Runs models, losses, backward passes and clipping again; raises Unknown where that cannot be done."""
    if recording is None:
        raise Unknown(text("it began before steps were recorded"))
    if recording.problem is not None:
        raise Unknown(recording.problem)
    if _other_ranks():
        raise Unknown(text("other ranks have a part in its gradients"))
    for item in recording.items:
        if not _is_schedule(item):
            item.run()


def _other_ranks() -> bool:
    distributed = torch.distributed
    return bool(
        distributed.is_available() and distributed.is_initialized() and distributed.get_world_size() > 1
    )


def verify(recording: Recording | None, before: Snapshot, at_gate: Snapshot) -> None:
    """Computes the step from the very state it was computed from; raises Unknown unless losses and gradients
    are the recorded ones in each bit. `before`: the gate of the step before, whose buffers it began with.
    """
    at_gate.put_back()
    before.put_back_gradients()
    before.put_back_buffers()
    gradients(recording)
    assert recording is not None
    losses = [(each.value, each.result) for each in recording.losses()]
    if not all(result is not None and same(value, result.detach()) for value, result in losses):
        raise Unknown(text("its loss comes out as another one"))
    if not at_gate.has_gradients():
        raise Unknown(text("its gradients come out as others"))


def schedules(recording: Recording | None) -> None:
    """Calls the schedulers again that the script called since the step before."""
    for item in recording.items if recording is not None else ():
        if _is_schedule(item):
            item.run()


def _is_schedule(item: Any) -> bool:
    return isinstance(item, Repeated) and item.of_schedule


def scalars(recording: Recording, watch: Watch, recorded: dict[str, Any]) -> dict[str, Any]:
    """What is measured of a step that was computed again; what it took is what it took at first."""
    found: dict[str, float] = {}
    for each in recording.passes():
        found[each.series] = found.get(each.series, 0.0) + each.loss
    right = [each.right for each in recording.losses() if each.right is not None]
    if "accuracy" in recorded and right:
        found["accuracy"] = sum(count for count, _ in right) / max(1, sum(total for _, total in right))
    name = "gradNorm" + watch.suffix
    if name in recorded:
        clipped = "clipNorm" + watch.suffix in recorded
        found[name] = _before_clipping(recording) if clipped else _norm(watch)
    record = Record()
    rates.put(watch, record)
    found.update(record.scalars)
    return {**recorded, **{name: number(value) for name, value in found.items()}}


def _before_clipping(recording: Recording) -> float:
    """The norm that clipping returned."""
    results = [each.result for each in recording.items if isinstance(each, Repeated)]
    return next((float(each) for each in reversed(results) if isinstance(each, torch.Tensor)), math.nan)


def _norm(watch: Watch) -> float:
    held = [each for each in watch.parameters() if each.grad is not None]
    with torch.no_grad():
        vectors = [
            norms([dense(each.grad) for each in group if each.grad is not None]) for group in by_device(held)
        ]
    return math.hypot(*(total_of(vector.tolist()) for vector in vectors)) if vectors else 0.0
