"""Mean and standard deviation of the weights before the first step; which parameters were ever described."""

from __future__ import annotations

import weakref
from typing import Any, Sequence

import torch

from .norms import by_device, dense
from .observable import is_plain
from .ranges import sample
from .wire import number

MOST_ELEMENTS = 65_536
"""Of a larger parameter this many evenly spaced elements are taken."""
_known: dict[int, tuple[Any, dict[str, Any] | None]] = {}
"""By id: weak reference to the parameter, and its statistics."""


def known(parameter: torch.Tensor) -> bool:
    found = _known.get(id(parameter))
    return found is not None and found[0]() is parameter


def of(parameter: torch.Tensor) -> dict[str, Any] | None:
    return _known[id(parameter)][1] if known(parameter) else None


def add(parameters: Sequence[torch.Tensor], before_first_step: bool) -> None:
    """Takes the statistics of parameters that are new. Waits for the device, once for each set."""
    new = [each for each in parameters if not known(each)]
    for each in new:
        _known[id(each)] = (_reference(each), None)
    usable = [each for each in new if before_first_step and _usable(each)]
    with torch.no_grad():
        for group in by_device(usable):
            _measure(group)


def _reference(parameter: torch.Tensor) -> Any:
    key = id(parameter)
    return weakref.ref(parameter, lambda _: _known.pop(key, None))


def _usable(parameter: torch.Tensor) -> bool:
    lazy = isinstance(parameter, torch.nn.parameter.UninitializedTensorMixin)
    return not lazy and is_plain(parameter) and parameter.is_floating_point() and parameter.numel() > 0


def _measure(group: Sequence[torch.Tensor]) -> None:
    vectors = []
    for each in group:
        values = sample(dense(each), MOST_ELEMENTS).float()
        vectors.append(torch.stack([values.mean(), values.std(unbiased=False)]))
    for each, (mean, std) in zip(group, torch.stack(vectors).tolist()):
        _known[id(each)] = (_known[id(each)][0], {"mean": number(mean), "std": number(std)})
