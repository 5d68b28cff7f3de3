"""Losses with a graph that may be those of a validation pass, until a backward pass tells."""

from __future__ import annotations

from typing import Any

import torch

from .graph import FARTHEST
from .observable import is_compiling
from .passes import Pass
from .patching import replace
from .session import session

KEY = "training_debugger_pass"


class Doubtful:
    """A pass that may be validation. `loader` is the one its batches are from, None without one."""

    def __init__(self, loader: Any) -> None:
        self.loader = loader
        self.what = Pass()

    def mark(self, result: torch.Tensor) -> None:
        node = result.grad_fn
        if node is not None:
            node.metadata[KEY] = self

    def is_validation(self) -> bool:
        """One in training mode only when the script went on to another loader."""
        return self.what.evaluating or self.what.ended is not None


waiting: list[Doubtful] = []


def install(torch_module: Any) -> None:
    replace(torch_module.autograd, "grad", _make_grad)


def _make_grad(original: Any) -> Any:
    def grad(*args: Any, **kwargs: Any) -> Any:
        if not is_compiling() and session.active:
            waiting.clear()  # a script that trains in this way: nothing can be told
        return original(*args, **kwargs)

    return grad


def current(loader: Any) -> Doubtful:
    """The pass that goes on, or a new one."""
    if not waiting or waiting[-1].what.ended is not None or waiting[-1].loader is not loader:
        end()
        waiting.append(Doubtful(loader))
    return waiting[-1]


def end() -> None:
    """The script turns to another loader, or training goes on."""
    for each in waiting:
        each.what.end()


def settle(tensors: Any) -> list[Doubtful]:
    """The passes that are validation, now that these losses go backward."""
    if not waiting:
        return []
    found = waiting[:]
    waiting.clear()
    for tensor in tensors if isinstance(tensors, (list, tuple)) else (tensors,):
        for reached in _reached(getattr(tensor, "grad_fn", None)):
            found = [each for each in found if each is not reached]
    return [each for each in found if each.is_validation()]


def _reached(node: Any) -> list[Any]:
    """The passes whose losses are near the end of the graph."""
    queue, seen, reached = [node], {node}, []
    while queue and len(seen) < 2 * FARTHEST:
        node = queue.pop(0)
        token = getattr(node, "metadata", {}).get(KEY)
        if token is not None:
            reached.append(token)
        for parent, _ in getattr(node, "next_functions", ()):
            if parent is not None and parent not in seen:
                seen.add(parent)
                queue.append(parent)
    return reached
