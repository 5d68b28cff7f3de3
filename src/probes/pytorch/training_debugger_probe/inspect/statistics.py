"""Numbers about a tensor: exact up to `MOST` elements, beyond from as many evenly spaced ones."""

from __future__ import annotations

import math
from typing import Any

import torch

from ..norms import dense
from ..observable import is_plain
from ..ranges import sample

MOST = 65_536
BINS = 16
_BLOCKS = "▁▂▃▄▅▆▇█"


class Statistics:
    """Of the finite elements; `count` elements were looked at."""

    def __init__(self, values: torch.Tensor, total: int) -> None:
        self.count = values.numel()
        self.sampled = self.count < total
        good = values[torch.isfinite(values)]
        self.non_finite = self.count - good.numel()
        self.values = good
        self.empty = not good.numel()
        self.min, self.max = (math.nan, math.nan) if self.empty else (float(good.min()), float(good.max()))
        self.mean = math.nan if self.empty else float(good.mean())
        self.std = math.nan if self.empty else float(good.std(unbiased=False))
        squares = float(values.square().sum())
        self.norm = math.sqrt(squares * total / self.count) if self.count and squares >= 0 else squares
        """L2; estimated where elements were sampled."""

    @property
    def note(self) -> str:
        return f" (sampled {self.count})" if self.sampled else ""

    def histogram(self) -> str:
        """Blocks from the least number to the greatest, and these two."""
        if self.empty:
            return ""
        span = f"[{number(self.min)}, {number(self.max)}]"
        if self.min == self.max:
            return f"{_BLOCKS[-1]} {span}"
        counts = torch.histc(self.values, BINS, self.min, self.max).tolist()
        most = max(counts) or 1
        tops = len(_BLOCKS) - 1
        return "".join(_BLOCKS[math.ceil(each / most * tops)] for each in counts) + f" {span}"


def of(tensor: torch.Tensor) -> Statistics | None:
    """None where there are no numbers to be told: complex, quantized, without memory."""
    tensor = dense(tensor)
    if not is_plain(tensor) or tensor.is_complex() or not tensor.numel():
        return None
    with torch.no_grad():
        values = sample(tensor, MOST).reshape(-1)[:MOST].cpu().double()
        return Statistics(values, tensor.numel())


def number(value: Any) -> str:
    """As short as it reads well."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, int) and abs(value) < 10**9:
        return str(value)
    found = f"{value:.4g}"
    mantissa, mark, exponent = found.partition("e")
    return f"{mantissa}e{int(exponent)}" if mark else found
