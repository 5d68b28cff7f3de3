"""From the scalar that goes backward to the loss function it came from, through the autograd graph."""

from __future__ import annotations

from typing import Any

import torch

from .loss_calls import LossCall

KEY = "training_debugger"
LINEAR = (
    "Mul",
    "Div",
    "Neg",
    "ToCopy",
    "Mean",
    "Sum",
    "View",
    "Reshape",
    "Squeeze",
    "Unsqueeze",
    "Clone",
    "Alias",
    "Select",
)
FARTHEST = 200


def mark(result: torch.Tensor, call: LossCall) -> None:
    """Notes on the graph, not on the user's tensor, which call made it; the note dies with the graph."""
    node = result.grad_fn
    if node is not None:
        node.metadata[KEY] = call


MOST_TERMS = 5


def calls(loss: torch.Tensor) -> list[LossCall]:
    """The marked calls that a scalar is computed from, the nearest first, each once."""
    queue: list[Any] = [loss.grad_fn]
    known: set[Any] = set(queue)
    found: list[LossCall] = []
    for node in queue:
        if len(known) > FARTHEST or len(found) == MOST_TERMS:
            break
        call = getattr(node, "metadata", {}).get(KEY)
        if call is not None:
            found += [call] if call not in found else []
            continue
        for parent, _ in getattr(node, "next_functions", ()):
            if parent is not None and parent not in known:
                known.add(parent)
                queue.append(parent)
    return found


def origin(loss: torch.Tensor) -> tuple[LossCall | None, bool]:
    """The nearest marked call, and whether only constant factors lie between."""
    node: Any = loss.grad_fn
    linear = True
    queue, seen = [node], 0
    while queue and seen < FARTHEST:
        node = queue.pop(0)
        seen += 1
        call = getattr(node, "metadata", {}).get(KEY)
        if call is not None:
            return call, linear
        parents = [parent for parent, _ in getattr(node, "next_functions", ()) if parent is not None]
        linear = linear and len(parents) == 1 and type(node).__name__.startswith(LINEAR)
        queue += parents
    return None, False
