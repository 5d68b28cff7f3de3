"""How many examples of each class a training batch has, and how many of them are predicted rightly."""

from __future__ import annotations

from typing import Any, Callable, Sequence

import torch

from . import accuracy, batches, loaders, readback, step_losses
from .guard import guarded
from .loss_facts import BINARY
from .observable import is_plain
from .sampling import Sampler
from .session import session
from .timing import clock

FIRST_BATCHES = 64
"""Of each of the first two epochs, all of them are counted."""
SPACED = 16
"""Then every so many, of the first steps of a training; later as the budget allows."""
FIRST_STEPS = 1024
MOST_CLASSES = 1000
ELEMENTWISE = ("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss")
"""Regression losses, of which the loader's targets are counted where these get them and they are whole."""
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
    spaced = session.step < FIRST_STEPS and session.step % SPACED == 0
    if not early and not spaced and not _sampler.due():
        return
    start = clock()
    counts = _counts(examples())
    if counts is not None:
        message: dict[str, Any] = {"type": "labels", "step": session.step, "counts": counts}
        if epoch is not None:
            message["epoch"] = epoch
        if batch is not None:
            message["batch"] = batch
        _send(message, sum(counts))
    if not early:
        _sampler.spent(clock() - start)


def _send(message: dict[str, Any], counted: int) -> None:
    """With the right predictions, where the step's only loss function was given as many labels."""
    found = _right() if len(step_losses.given) == 1 else None
    if found is None or found[1] != counted:
        session.send(message)
        return

    def done(values: Sequence[float]) -> None:
        session.send({**message, "right": int(values[0])} if values else message)

    readback.read([found[0]], done)


def _right() -> tuple[torch.Tensor, int] | None:
    given = step_losses.given[0]
    return accuracy.correct(given.call.function, given.args, given.kwargs) if given.args is not None else None


def _counts(examples: int | None) -> list[int] | None:
    """Of the loader's labels; else of the target of the step's only loss."""
    call = step_losses.given[0].call
    target = batches.target()
    if call.function in ELEMENTWISE:
        return _numbers(target) if _is_given(target) else None
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


def _is_given(target: torch.Tensor | None) -> bool:
    """Whether the loss function gets the loader's target: a GAN's gets its own, the labels go unused."""
    wanted = step_losses.given[0].target
    if target is None or wanted is None or not is_plain(wanted) or not is_plain(target):
        return False
    if wanted.numel() != target.numel():
        return False
    given, loaded = (each.detach().reshape(-1).cpu().double() for each in (wanted, target))
    return bool(torch.equal(given, loaded))


def _numbers(target: torch.Tensor | None) -> list[int] | None:
    """Of whole numbers from 0 on, one for each example; as floats, zeros and ones alone are no classes."""
    if target is None or not is_plain(target) or target.device.type != "cpu" or not target.numel():
        return None
    if target.is_complex() or target.numel() != target.shape[0] or target.dtype == torch.bool:
        return None
    floating = target.is_floating_point()
    values = target.detach().reshape(-1)
    if floating:
        values = values.float()
    least, most = float(values.min()), float(values.max())
    if not 0 <= least <= most < MOST_CLASSES:
        return None
    if floating and (most <= 1 or not bool((values == values.round()).all())):
        return None
    counts: list[int] = torch.bincount(values.long()).tolist()
    return counts


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
