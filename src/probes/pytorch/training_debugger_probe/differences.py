"""A squared or absolute difference that the script writes out itself: `((output - target) ** 2).mean()`."""

from __future__ import annotations

from typing import Any

import torch

REDUCTIONS = ("Mean", "Sum")
AROUND = (*REDUCTIONS, "Pow", "Abs", "Sqrt", "Mul", "Div")
"""What may lie between the difference and the loss."""
FARTHEST = 8


def broadcast(loss: torch.Tensor) -> dict[str, Any]:
    """`outputShape` and `targetShape` of the `loss` message where a column of outputs was set against a row
    of targets, which makes a square of it; else nothing. The column is known by the single bias of the linear
    layer that made it, the square by what the reduction kept of its input's sizes.
    """
    node: Any = loss.grad_fn
    sizes: list[int] = []
    for _ in range(FARTHEST):
        kind = type(node).__name__
        if kind.startswith(REDUCTIONS) and not sizes:
            sizes = [int(size) for size in getattr(node, "_saved_self_sizes", None) or _symbolic(node)]
        if kind.startswith("SubBackward"):
            return _shapes(sizes, _parents(node))
        parents = _parents(node)
        if not kind.startswith(AROUND) or len(parents) != 1:
            return {}
        node = parents[0]
    return {}


def _symbolic(node: Any) -> Any:
    return getattr(node, "_saved_self_sym_sizes", ())


def _parents(node: Any) -> list[Any]:
    """Each once: `d * d` has one."""
    found = [parent for parent, _ in getattr(node, "next_functions", ()) if parent is not None]
    return [parent for index, parent in enumerate(found) if parent not in found[:index]]


def _shapes(sizes: list[int], parents: list[Any]) -> dict[str, Any]:
    if len(sizes) != 2 or sizes[1] < 2 or len(parents) != 1 or not _is_column(parents[0]):
        return {}
    return {"outputShape": [sizes[0], 1], "targetShape": [sizes[1]]}


def _is_column(node: Any) -> bool:
    """Whether the node is a linear layer with one output."""
    if not type(node).__name__.startswith("Addmm"):
        return False
    bias = getattr(node.next_functions[0][0], "variable", None)
    return isinstance(bias, torch.Tensor) and tuple(bias.shape) == (1,)
