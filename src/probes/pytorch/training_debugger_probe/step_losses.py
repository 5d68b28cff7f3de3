"""What the loss functions were given in the step in progress."""

from __future__ import annotations

import weakref
from typing import Any

import torch

from . import captures
from .guard import guarded
from .loss_calls import LossCall
from .observable import is_plain

MOST_CALLS = 8
LARGEST = 2**24
"""Elements of a loss function's input beyond which it is not kept."""


class Given:
    """One call of a loss function; `args` are without graph, and None on an accelerator or when large."""

    __slots__ = ("args", "call", "kwargs", "original", "result", "target", "value")

    def __init__(self, call: LossCall, original: Any, args: Any, kwargs: Any, result: torch.Tensor) -> None:
        self.call = call
        self.original = original
        output = args[0] if args else kwargs.get("input")
        target = args[1] if len(args) > 1 else kwargs.get("target")
        self.target = target if isinstance(target, torch.Tensor) else None
        keep = is_plain(output) and output.is_cpu and output.numel() <= LARGEST
        self.args = tuple(map(_bare, args)) if keep else None
        self.kwargs = dict(zip(kwargs, map(_bare, kwargs.values()))) if keep else {}
        self.result = weakref.ref(result)
        self.value = result.item() if result.is_cpu and result.numel() == 1 else 0.0

    def input(self) -> Any:
        if self.args is None:
            return None
        return self.args[0] if self.args else self.kwargs.get("input")

    def again(self, output: torch.Tensor) -> torch.Tensor:
        """What the function returns for another input of the same kind."""
        result: torch.Tensor
        if self.args:
            result = self.original(output, *self.args[1:], **self.kwargs)
        else:
            result = self.original(**{**self.kwargs, "input": output})
        return result


def _bare(value: Any) -> Any:
    return value.detach() if isinstance(value, torch.Tensor) and value.requires_grad else value


given: list[Given] = []


@guarded("loss")
def note(call: LossCall, original: Any, args: Any, kwargs: Any, result: torch.Tensor) -> None:
    """A loss function was called in training; the model may be called again before the next."""
    if len(given) < MOST_CALLS:
        given.append(Given(call, original, args, kwargs, result))
    captures.arm()


def target() -> torch.Tensor | None:
    """The target of the step's only call of a loss function; None when there were several, or none."""
    return given[0].target if len(given) == 1 else None


def clear() -> None:
    given.clear()
