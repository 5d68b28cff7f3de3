"""Operations in a graph of autograd that make a NaN or an infinity: logarithm, root or division at zero."""

from __future__ import annotations

import re
from typing import Any, Callable, Iterator

import torch

FARTHEST = 2000
SHARP = {"sqrt", "rsqrt", "linalg_vector_norm", "norm", "acos", "asin", "cdist", "std"}
"""Operations whose derivative is not finite somewhere in their range."""


def name_of(node: Any) -> str:
    """`log` of LogBackward0."""
    plain = re.sub(r"Backward\d*$", "", type(node).__name__)
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", plain).lower()


def nodes(start: Any, stop: set[Any]) -> Iterator[Any]:
    """The nodes from `start` towards the leaves, nearest first, not beyond those in `stop`."""
    queue: list[Any] = [start] if start is not None else []
    seen: set[Any] = set()
    while queue and len(seen) < FARTHEST:
        node = queue.pop(0)
        if node in seen or node in stop:
            continue
        seen.add(node)
        yield node
        queue += [parent for parent, _ in getattr(node, "next_functions", ()) if parent is not None]


def _saved(node: Any, name: str) -> Any:
    try:
        return getattr(node, "_saved_" + name, None)
    except RuntimeError:  # the graph was used up
        return None


def _any(tensor: Any, test: Callable[[torch.Tensor], torch.Tensor]) -> bool:
    return isinstance(tensor, torch.Tensor) and bool(test(tensor.detach()).any())


def makes_non_finite(node: Any) -> bool:
    """True when what the node keeps proves that its result is not finite."""
    name = name_of(node)
    if name in ("log", "log2", "log10"):
        return _any(_saved(node, "self"), lambda it: it <= 0)
    if name == "log1p":
        return _any(_saved(node, "self"), lambda it: it <= -1)
    if name == "div":
        other = _saved(node, "other")
        return _any(other, lambda it: it == 0) or (isinstance(other, (int, float)) and other == 0)
    if name in ("sqrt", "rsqrt", "exp", "expm1", "reciprocal", "linalg_vector_norm", "norm"):
        return _any(_saved(node, "result"), lambda it: ~torch.isfinite(it))
    if name == "pow":
        base, exponent = _saved(node, "self"), _saved(node, "exponent")
        if isinstance(exponent, (int, float)) and not isinstance(exponent, bool):
            return _any(base, lambda it: ~torch.isfinite(it.double() ** exponent))
    return False


def has_sharp_gradient(node: Any) -> bool:
    """True when what the node keeps proves that its derivative is not finite."""
    name = name_of(node)
    if name in ("sqrt", "linalg_vector_norm", "norm", "cdist", "std"):
        return _any(_saved(node, "result"), lambda it: it == 0)
    if name in ("acos", "asin"):
        return _any(_saved(node, "self"), lambda it: it.abs() >= 1)
    if name == "pow":
        exponent = _saved(node, "exponent")
        if isinstance(exponent, (int, float)) and exponent < 1 and exponent != 0:
            return _any(_saved(node, "self"), lambda it: it == 0)
        return False
    return makes_non_finite(node)


def may_have_sharp_gradient(node: Any) -> bool:
    """By its name alone, for a graph that was used up."""
    if name_of(node) == "pow":
        exponent = _saved(node, "exponent")
        return isinstance(exponent, float) and 0 < exponent < 1
    return name_of(node) in SHARP
