"""Numbers that describe a batch: of all its elements, and of the features of its examples."""

from __future__ import annotations

import math
from typing import Any

import torch

from .wire import number

MOST_ELEMENTS = 16_384
MOST_FEATURES = 512
FEWEST_EXAMPLES = 8
"""Statistics of a feature over fewer examples say nothing."""


def of_elements(values: torch.Tensor) -> dict[str, Any]:
    """Range, mean, standard deviation, share of zeros and non-finite elements; `values` are floating."""
    low, high = torch.aminmax(values)
    mean = values.mean(dtype=torch.float64).item()
    part = values.reshape(-1) if values.numel() <= MOST_ELEMENTS else _spaced(values)
    facts = {
        "min": number(low.item()),
        "max": number(high.item()),
        "mean": number(mean),
        "nonFinite": 0,
        "std": number(part.double().std(unbiased=False).item()),
        "zeros": float((part == 0).float().mean()),
    }
    if not math.isfinite(mean):
        facts["nonFinite"] = int((~torch.isfinite(values)).sum())
    return facts


def _spaced(values: torch.Tensor) -> torch.Tensor:
    """Evenly spaced elements; the spacing is odd, so that columns take turns."""
    if not values.is_contiguous():
        rows = max(1, MOST_ELEMENTS * values.shape[0] // values.numel())
        values = values[:: max(1, values.shape[0] // rows)].contiguous()
    return values.view(-1)[:: (values.numel() // MOST_ELEMENTS) | 1]


def of_features(values: torch.Tensor) -> dict[str, Any]:
    """How features (positions of one example) compare, of examples by features.

    `constant`: share that are the same for all examples. `featureScale`: largest over smallest standard
    deviation. `featureOffset`: largest mean in units of its standard deviation. Constant ones have neither.
    """
    if values.dim() < 2 or values.shape[0] < FEWEST_EXAMPLES or not values.numel():
        return {}
    part = _features(values)
    std, mean = part.std(0, unbiased=False), part.mean(0)
    varies = part.amax(0) != part.amin(0)
    facts: dict[str, Any] = {"constant": 1.0 - float(varies.float().mean())}
    if bool(varies.any()):
        std, mean = std[varies], mean[varies]
        facts["featureScale"] = number(float(std.max() / std.min()))
        facts["featureOffset"] = number(float((mean.abs() / std).max()))
    return facts


def _features(values: torch.Tensor) -> torch.Tensor:
    """Examples by features in float64: evenly spaced features, and the first examples of them."""
    count = values.numel() // values.shape[0]
    features = min(count, MOST_FEATURES)
    examples = max(FEWEST_EXAMPLES, MOST_ELEMENTS // features)
    rows = values[:: max(1, math.ceil(values.shape[0] / examples))]
    return rows.reshape(rows.shape[0], -1)[:, :: max(1, math.ceil(count / features))].double()
