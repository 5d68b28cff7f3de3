"""Range, spread and distinct values of a tensor, of a sample of it where it is large."""

from __future__ import annotations

from typing import Any

import torch

from .observable import is_plain
from .wire import number

MOST_ELEMENTS = 1_000_000
MOST_SORTED = 262_144
MOST_DISTINCT = 1000


def sample(tensor: torch.Tensor, most: int = MOST_ELEMENTS) -> torch.Tensor:
    """A view of at most about `most` evenly spaced elements."""
    tensor = tensor.detach()
    for axis in range(tensor.dim()):
        every = -(-tensor.numel() // most)
        if every <= 1:
            break
        step = min(every, tensor.shape[axis])
        tensor = tensor[(slice(None),) * axis + (slice(None, None, step),)]
    return tensor


def finite(tensor: torch.Tensor, most: int = MOST_ELEMENTS) -> torch.Tensor:
    """Its finite numbers as doubles on the host, in one dimension. Waits for the device."""
    values = sample(tensor, most).reshape(-1).cpu().double()
    return values[torch.isfinite(values)]


def of_output(facts: dict[str, Any], output: torch.Tensor) -> None:
    """`outputMin`, `outputMax`, `outputStd`."""
    if not is_plain(output) or output.is_complex():
        return
    values = finite(output)
    if values.numel():
        _range(facts, "output", values)
        facts["outputStd"] = number(float(values.std(unbiased=False)))


def of_target(facts: dict[str, Any], target: torch.Tensor, ignored: int | None = None) -> None:
    """`targetMin`, `targetMax`, `targetDistinct`, without the targets that the loss ignores."""
    if not is_plain(target) or target.is_complex():
        return
    values = finite(target)
    if ignored is not None and not target.is_floating_point():
        values = values[values != ignored]
    if not values.numel():
        return
    _range(facts, "target", values)
    if target.numel() <= MOST_SORTED:
        distinct = int(torch.unique(values).numel())
        if distinct <= MOST_DISTINCT:
            facts["targetDistinct"] = distinct


def _range(facts: dict[str, Any], name: str, values: torch.Tensor) -> None:
    low, high = torch.aminmax(values)
    facts[name + "Min"], facts[name + "Max"] = number(low.item()), number(high.item())
