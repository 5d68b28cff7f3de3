"""Arrays of numpy, where the script has it: shown as tensors are."""

from __future__ import annotations

import sys
from typing import Any

import torch

from . import values
from .containers import join
from .references import Item, Members
from .statistics import MOST, Statistics, number
from .tensors import numbers
from .values import Kind


def _statistics(array: Any) -> Statistics | None:
    if array.dtype.kind not in "biuf" or not array.size:
        return None
    part = array
    for axis in range(array.ndim):
        every = -(-part.size // MOST)
        part = part[(slice(None),) * axis + (slice(None, None, every),)]
    return Statistics(torch.tensor(part.ravel()[:MOST].tolist(), dtype=torch.float64), array.size)


def _line(array: Any) -> str:
    found = _statistics(array)
    shown = f"{array.dtype} {list(array.shape)}"
    return shown if found is None else f"{shown} · {number(found.min)} … {number(found.max)}{found.note}"


def _members(array: Any, expression: str | None) -> Members | None:
    def page(start: int, stop: int) -> list[Item]:
        return [values.item(f"[{at}]", array[at], join(expression, f"[{at}]")) for at in range(start, stop)]

    about = [Item("shape", str(list(array.shape))), Item("dtype", str(array.dtype))]
    named = about + numbers(_statistics(array))
    return Members(lambda: named, len(named), page, len(array) if array.ndim else 0)


_KIND = Kind(_line, _members, lambda array: f"array{list(array.shape)}")


def _find(value: Any) -> Kind | None:
    numpy = sys.modules.get("numpy")
    array = getattr(numpy, "ndarray", None)
    return _KIND if array is not None and array in type(value).__mro__ else None


values.finders.append(_find)
