"""How many examples of each class a training batch has."""

from __future__ import annotations

from typing import Any, Callable

import torch

from . import batches, loaders, step_losses
from .guard import guarded
from .loss_facts import BINARY
from .observable import is_plain
from .sampling import Sampler
from .session import session
from .timing import clock

FIRST_BATCHES = 64
"""Of each of the first two epochs, all of them are counted."""
MOST_CLASSES = 1000
_sampler = Sampler(0.05)


@guarded("class-counts")
def put(examples: Callable[[], int | None]) -> None:
    """Counts the classes of the step's batch, when it is its turn. `examples`: size of the model's input."""
    if not step_losses.given:
        return
    epoch = loaders.epoch_of_step()
    batch = batches.index() if epoch is not None else None
    number = session.step if batch is None else batch
    early = number < (2 * FIRST_BATCHES if batch is None else FIRST_BATCHES) and (epoch or 0) < 2
    if not early and not _sampler.due():
        return
    start = clock()
    counts = _counts(examples())
    if counts is not None:
        message: dict[str, Any] = {"type": "labels", "step": session.step, "counts": counts}
        if epoch is not None:
            message["epoch"] = epoch
        if batch is not None:
            message["batch"] = batch
        session.send(message)
    if not early:
        _sampler.spent(clock() - start)


def _counts(examples: int | None) -> list[int] | None:
    """Of the loader's labels; else of the target of the step's only loss."""
    call = step_losses.given[0].call
    target = batches.target()
    if target is None:
        target = step_losses.target()
        if target is not None and examples is not None and target.shape[:1] != (examples,):
            return None
    if target is None or not is_plain(target) or not target.is_cpu or target.requires_grad:
        return None
    if target.dim() == 2 and target.shape[1] == 1:
        target = target[:, 0]
    if target.dim() != 1 or not target.numel():
        return None
    if call.function in BINARY:
        return _tally(target, 2)
    classes = call.facts.get("classes")
    if isinstance(classes, int) and 2 <= classes <= MOST_CLASSES:
        return _tally(target, classes)
    return None


def _tally(target: torch.Tensor, classes: int) -> list[int] | None:
    """None when the labels are no whole numbers below `classes`; ignored ones (negative) do not count."""
    if target.is_floating_point():
        if classes != 2 or not bool(((target == 0) | (target == 1)).all()):
            return None
        target = target.long()
    elif target.dtype == torch.bool:
        target = target.long()
    kept = target[target >= 0] if bool((target < 0).any()) else target
    if not kept.numel() or int(kept.max()) >= classes:
        return None
    counts: list[int] = torch.bincount(kept.long(), minlength=classes).tolist()
    return counts
