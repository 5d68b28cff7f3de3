"""Statistics of what a layer puts out, of an even sample of a large output."""

from __future__ import annotations

import math
from typing import Any

import torch

MOST_ELEMENTS = 32_768
MOST_UNITS = 256
MOST_EXAMPLES = 128
MOST_FOR_DEAD = 262_144
"""Elements up to which every example counts where dead units are looked for."""
RECTIFIERS = {"ReLU", "ReLU6", "relu", "relu_", "relu6"}
TANH = {"Tanh", "tanh", "tanh_", "Hardtanh", "hardtanh", "Softsign", "softsign"}
SIGMOID = {"Sigmoid", "sigmoid", "sigmoid_", "Hardsigmoid", "hardsigmoid"}
NAMES = ("mean", "std", "min", "max", "nonFinite", "spread", "dead", "saturated")
_CHANNELS_FIRST = ("Conv", "BatchNorm", "InstanceNorm", "MaxPool", "AvgPool", "GroupNorm")


def unit_axis(kind: str, dimensions: int, before: int) -> int:
    """Which axis counts the units: channels of images, features of everything else.

    `before` is the axis of the layer before, which an activation between two convolutions over time follows.
    """
    if dimensions >= 4 or (dimensions == 3 and any(part in kind for part in _CHANNELS_FIRST)):
        return 1
    return before if dimensions == 3 and before == 1 and "Linear" not in kind else dimensions - 1


def step_of(size: int, most: int) -> int:
    """Distance of evenly spaced elements, so that at most `most` of `size` are taken."""
    return max(1, math.ceil(size / max(1, most)))


def sample(output: torch.Tensor, axis: int) -> torch.Tensor:
    """Elements of the output as [examples, positions, units]."""
    if output.dim() < 2:
        return output.detach().reshape(-1, 1, 1).float()
    moved = output.detach().movedim(axis, -1)
    examples, units = min(moved.shape[0], MOST_EXAMPLES), min(moved.shape[-1], MOST_UNITS)
    middle = moved.shape[1:-1]
    allowed = max(1, MOST_ELEMENTS // max(1, examples * units))
    shrink = (math.prod(middle) / allowed) ** (1 / len(middle)) if middle else 1.0
    steps = [step_of(moved.shape[0], MOST_EXAMPLES)]
    steps += [max(1, math.ceil(shrink)) for _ in middle]
    steps.append(step_of(moved.shape[-1], MOST_UNITS))
    taken = moved[tuple(slice(None, None, step) for step in steps)]
    return taken.reshape(taken.shape[0], math.prod(taken.shape[1:-1]), taken.shape[-1]).float()


def summary(output: torch.Tensor, kind: str, axis: int) -> torch.Tensor:
    """The numbers of `NAMES`, float32, on the output's device; NaN for what does not apply."""
    values = sample(output, axis)
    nothing = values.new_full((), math.nan)
    low, high = torch.aminmax(values)
    bad = _non_finite(values, low, high) * (output.numel() / max(1, values.numel()))
    spread = _deviation(values).mean() if values.shape[0] > 1 else nothing
    std = values.std(unbiased=False)
    dead = _dead(output, axis, values) if kind in RECTIFIERS else nothing
    return torch.stack([values.mean(), std, low, high, bad, spread, dead, _saturated(values, kind, nothing)])


def _non_finite(values: torch.Tensor, low: torch.Tensor, high: torch.Tensor) -> torch.Tensor:
    """How many there are. On the CPU the extremes tell at once that there is none, which is faster."""
    if values.is_cpu and math.isfinite(low.item()) and math.isfinite(high.item()):
        return values.new_zeros(())
    return (~torch.isfinite(values)).sum().float()


def _deviation(values: torch.Tensor) -> torch.Tensor:
    """`values.std(0)`, which takes a CPU ten times as long."""
    centred = values - values.mean(0)
    return (centred.square_().sum(0) / (values.shape[0] - 1)).sqrt_()


def _dead(output: torch.Tensor, axis: int, values: torch.Tensor) -> torch.Tensor:
    """Share of units that are zero for every example, of all examples where that is not too much."""
    if output.dim() > 1 and output.numel() <= MOST_FOR_DEAD:
        other = [each for each in range(output.dim()) if each != axis]
        return (output.detach().abs().amax(other) == 0).float().mean()
    return (values.abs().amax((0, 1)) == 0).float().mean()


def _saturated(values: torch.Tensor, kind: str, nothing: torch.Tensor) -> torch.Tensor:
    if kind in TANH:
        return (values.abs() > 0.99).float().mean()
    if kind in SIGMOID:
        return ((values < 0.01) | (values > 0.99)).float().mean()
    return nothing


def usable(output: Any) -> bool:
    """A tensor of real numbers with something in it."""
    return bool(output.numel() > 0 and output.is_floating_point())
