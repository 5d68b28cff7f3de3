"""What made the input of a loss function: read from the autograd graph, once for each call site."""

from __future__ import annotations

import re
from typing import Any, Iterator

import torch

ACTIVATIONS = {
    "Softmax": "softmax",
    "LogSoftmax": "log_softmax",
    "Sigmoid": "sigmoid",
    "LogSigmoid": "log_sigmoid",
    "Tanh": "tanh",
    "Relu": "relu",
    "Log": "log",
}
LINEAR = {
    *("Addmm", "Mm", "Addmv", "Mv", "Dot", "Bmm", "Baddbmm", "Addbmm", "Linear", "Trilinear", "MkldnnLinear"),
    *("Convolution", "ConvolutionOverrideable", "CudnnConvolution", "MpsConvolution", "SlowConvTranspose2D"),
}
SUMS = ("Add", "Sub")
SHAPES = {
    *("View", "UnsafeView", "Reshape", "ReshapeAlias", "Squeeze", "Unsqueeze", "Transpose", "T", "Permute"),
    *("Select", "Slice", "Index", "IndexSelect", "Gather", "MaskedSelect", "Narrow", "Expand", "Repeat"),
    *("Clone", "Alias", "ToCopy", "Contiguous", "Split", "SplitWithSizes", "UnsafeSplit", "Unbind"),
    *("AsStrided", "Flip", "Diagonal", "Unfold"),
}
JOINS = ("Cat", "Stack")
CLAMPS = ("Clamp", "ClampMin", "ClampMax")
FARTHEST = 50
MOST_PARENTS = 8
_name = re.compile(r"(\w+?)Backward\d*$")


def operation(node: Any) -> str:
    """`Softmax` for a node that is called `SoftmaxBackward0`."""
    found = _name.match(type(node).__name__)
    return found.group(1) if found else type(node).__name__


def parents(node: Any) -> list[Any]:
    return [parent for parent, _ in getattr(node, "next_functions", ()) if parent is not None]


def activation(output: torch.Tensor) -> tuple[str, Any] | None:
    """The `outputActivation` of the message and the node that it is; None where there is no graph."""
    return _resolve(output.grad_fn, FARTHEST) if output.grad_fn is not None else None


def _resolve(node: Any, left: int) -> tuple[str, Any]:
    name, before = operation(node), parents(node)
    while name in SHAPES and before and left:
        node, left = before[0], left - 1
        name, before = operation(node), parents(node)
    if name in ACTIVATIONS:
        return ACTIVATIONS[name], node
    if name == "Threshold" and getattr(node, "_saved_threshold", None) == 0:
        return "relu", node
    if name in LINEAR or (name in SUMS and len(before) > 1):
        return "none", node
    if not before or not left:
        return "other", node
    return _passed_on(name, node, before, left - 1)


def _passed_on(name: str, node: Any, before: list[Any], left: int) -> tuple[str, Any]:
    """What joining, limiting and a constant leave of the operation before them."""
    inner, maker = _resolve(before[0], left)
    if name in JOINS and all(_resolve(each, left)[0] == inner for each in before[1:MOST_PARENTS]):
        return inner, maker
    if name in CLAMPS and inner in ("softmax", "sigmoid"):
        return inner, maker
    if name == "Clamp" and inner == "none":
        return "clamp", node
    if name in SUMS and inner == "none":
        return inner, maker
    return "other", node


def parameters_behind(node: Any, most: int = 200) -> Iterator[torch.Tensor]:
    """The parameters that the operation and what is before it were computed with, nearest first."""
    queue, seen = [node], {node}
    while queue and most:
        node = queue.pop(0)
        most -= 1
        variable = getattr(node, "variable", None)
        if isinstance(variable, torch.Tensor):
            yield variable
        for parent in parents(node):
            if parent not in seen:
                seen.add(parent)
                queue.append(parent)
