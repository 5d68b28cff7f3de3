"""Tensors: a summary first, then elements in pages. A large one costs no more than a small one."""

from __future__ import annotations

from typing import Callable

import torch

from ..parameters import dtype, shape
from . import statistics, values
from .references import Item, Members
from .statistics import Statistics, number
from .values import Kind

_FEW = 4
"""Elements that the line of a tensor shows."""


def facts(tensor: torch.Tensor) -> str:
    """`float32 [128, 784] cpu`."""
    return f"{dtype(tensor)} {shape(tensor)} {tensor.device}"


def line(tensor: torch.Tensor) -> str:
    parts = [facts(tensor)]
    if tensor.requires_grad:
        parts.append("requires grad")
    found = statistics.of(tensor)
    if found is not None and tensor.numel() == 1:
        return " · ".join([_scalar(tensor), *parts])
    parts += [_first_few(tensor)] if tensor.numel() else []
    return " · ".join(parts + ([_range(found)] if found is not None else []))


def _range(found: Statistics) -> str:
    bad = f" · {found.non_finite} non-finite" if found.non_finite else ""
    return f"{number(found.min)} … {number(found.max)}{bad}{found.note}"


def _scalar(tensor: torch.Tensor) -> str:
    return number(tensor.detach().item())


def _first_few(tensor: torch.Tensor) -> str:
    """Of the first row of rows."""
    row = tensor.detach()
    if tensor.layout != torch.strided or tensor.device.type == "meta" or tensor.is_quantized:
        return str(tensor.layout).replace("torch.", "")
    depth = max(row.dim(), 1)
    while row.dim() > 1:
        row = row[0]
    few = ", ".join(number(each) for each in row.reshape(-1)[:_FEW].tolist())
    more = ", …" if tensor.numel() > min(_FEW, row.numel()) else ""
    return f"{'[' * depth}{few}{more}{']' * depth}"


def members(tensor: torch.Tensor, expression: str | None) -> Members | None:
    """The summary, and what the first dimension holds."""
    count = len(tensor) if tensor.dim() and tensor.layout == torch.strided else 0

    def page(start: int, stop: int) -> list[Item]:
        path = expression
        rows = tensor.detach()[start:stop]
        return [
            _element(rows[at], f"[{start + at}]", None if path is None else f"{path}[{start + at}]")
            for at in range(len(rows))
        ]

    def find(name: str) -> int | None:
        digits = name.strip("[]")
        return int(digits) if digits.isdigit() and int(digits) < count else None

    named = len(_about(tensor)) + len(_NUMBERS) + len(_graph(tensor))
    return Members(lambda: summary(tensor, expression), named, page, count, find)


def _element(row: torch.Tensor, name: str, expression: str | None) -> Item:
    if row.dim():
        return Item(name, line(row), values.type_name(row), members(row, expression), expression)
    return Item(name, _scalar(row) if row.device.type != "meta" else "", dtype(row), None, expression)


def summary(tensor: torch.Tensor, expression: str | None) -> list[Item]:
    found = statistics.of(tensor)
    about = [Item(name, told) for name, told in _about(tensor)]
    return about + numbers(found) + [make(expression) for make in _graph(tensor)]


def _about(tensor: torch.Tensor) -> list[tuple[str, str]]:
    return [
        ("shape", str(shape(tensor))),
        ("dtype", dtype(tensor)),
        ("device", str(tensor.device)),
        ("requires_grad", str(tensor.requires_grad)),
    ]


_NUMBERS: dict[str, Callable[[Statistics], str]] = {
    "min": lambda found: number(found.min),
    "max": lambda found: number(found.max),
    "mean": lambda found: number(found.mean),
    "std": lambda found: number(found.std),
    "norm": lambda found: number(found.norm),
    "non-finite": lambda found: str(found.non_finite),
    "histogram": Statistics.histogram,
}


def numbers(found: Statistics | None) -> list[Item]:
    """Each says where it is of sampled elements."""
    if found is None:
        return [Item(name, "not available") for name in _NUMBERS]
    return [Item(name, tell(found) + found.note) for name, tell in _NUMBERS.items()]


def _graph(tensor: torch.Tensor) -> list[Callable[[str | None], Item]]:
    found: list[Callable[[str | None], Item]] = []
    node = tensor.grad_fn
    if node is not None:
        found.append(lambda path: Item("grad_fn", type(node).__name__, expression=path and f"{path}.grad_fn"))
    if tensor.is_leaf and tensor.grad is not None:
        grad = tensor.grad
        found.append(lambda path: values.item("grad", grad, path and f"{path}.grad"))
    return found


def _short(tensor: torch.Tensor) -> str:
    if tensor.numel() == 1 and tensor.layout == torch.strided and tensor.device.type != "meta":
        return f"tensor({_scalar(tensor)})"
    return f"tensor{shape(tensor)}"


values.kinds[torch.Tensor] = Kind(line, members, _short)
