"""Whether the targets of a regression stay what they were in the first batch.

Those that a network computes (values in reinforcement learning, a teacher that learns) do not, and what
follows from the first batch is then void.
"""

from __future__ import annotations

import inspect
import math
from typing import Any, Callable

import torch

from . import loss_facts, ranges
from .guard import guarded
from .loss_calls import LossCall

LOOKED_AT = frozenset(4**k for k in range(2, 8))
"""Calls of a loss function whose target is compared with the first one. Each waits for the device."""
STANDARD_ERRORS = 5

on_move: list[Callable[[LossCall], None]] = []
"""Told of a call site whose targets have moved."""


def follow(call: LossCall, original: Any, args: Any, kwargs: Any) -> None:
    call.count += 1
    if call.count in LOOKED_AT and call.function in loss_facts.REGRESSION:
        _compare(call, original, args, kwargs)


@guarded("loss-targets")
def _compare(call: LossCall, original: Any, args: Any, kwargs: Any) -> None:
    first = call.facts
    if "targetVariance" not in first or "targetsMove" in first:
        return
    _, target = loss_facts.sides(call.function, inspect.signature(original).bind(*args, **kwargs).arguments)
    if not isinstance(target, torch.Tensor) or not target.dim():
        return
    values = ranges.finite(target)
    if values.numel() and _differs(first, values, int(target.shape[0])):
        first["targetsMove"] = True
        for told in on_move:
            told(call)


def _differs(first: dict[str, Any], values: torch.Tensor, examples: int) -> bool:
    """Elements of one example may say the same, so it is examples that count. The variances of two batches of
    `n` normal values differ by 2 / sqrt(n) of them.
    """
    before, after = float(first["targetVariance"]), float(values.var(unbiased=False))
    error = math.sqrt((before + after) / examples)
    if abs(float(values.mean()) - float(first["targetMean"])) > STANDARD_ERRORS * error:
        return True
    return after > before * (1 + STANDARD_ERRORS * 2 / math.sqrt(examples))
