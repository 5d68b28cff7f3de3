"""Whether a loss that the script writes out itself is a log-probability, which lacks its minus."""

from __future__ import annotations

from typing import Any

import torch

from .guard import guarded
from .outputs import SHAPES, operation, parents

PLAIN = {*SHAPES, "Mean", "Sum"}
LOGARITHMS = ("LogSoftmax", "LogSigmoid")
FARTHEST = 20


@guarded("likelihood")
def is_minimised(loss: torch.Tensor) -> bool:
    """True when every term of the scalar is a log-probability with a factor above zero.

    To be asked before the backward pass, which uses up what the graph keeps.
    """
    return loss.grad_fn is not None and _sign(loss.grad_fn, FARTHEST) == 1


def _sign(node: Any, left: int) -> int:
    """1 for a log-probability, -1 for one with a minus, 0 for anything else."""
    name, before = operation(node), parents(node)
    if name in LOGARITHMS or (name == "Log" and _is_probability(before)):
        return 1
    if not before or not left:
        return 0
    if name == "Sub" and len(before) == 2 and operation(before[1]) == "Logsumexp":
        return 1
    if name == "Add" and len(before) == 2:
        first = _sign(before[0], left - 1)
        return first if first == _sign(before[1], left - 1) else 0
    return _factor(name, node) * _sign(before[0], left - 1) if len(before) == 1 else 0


def _is_probability(before: list[Any]) -> bool:
    return bool(before) and operation(before[0]) in ("Softmax", "Sigmoid")


def _factor(name: str, node: Any) -> int:
    if name in PLAIN:
        return 1
    if name == "Neg":
        return -1
    return _sign_of(node) if name in ("Mul", "Div") else 0


def _sign_of(node: Any) -> int:
    """Of what the node multiplies with: a number, or the zeros and ones that pick the labels."""
    saved = [getattr(node, f"_saved_{name}", None) for name in ("other", "self")]
    other = next((each for each in saved if isinstance(each, torch.Tensor)), None)
    if other is None:
        return 0
    if other.numel() == 1:
        return int(other.sign().item())
    return 1 if bool(((other == 0) | (other == 1)).all()) else 0
