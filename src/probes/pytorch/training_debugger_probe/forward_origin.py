"""Where in the forward pass the first non-finite number appears: watches every operation of a replay."""

from __future__ import annotations

from types import FrameType
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from .captures import tensors_in
from .layers import place_of
from .replay import Copies
from .source import place, user_frame

MOST_EVENTS = 4096
_NAMES = {"truediv": "div", "rtruediv": "div", "rdiv": "div", "rpow": "pow", "rsub": "sub", "radd": "add"}
_FILLS = {"masked_fill", "masked_fill_", "full", "full_like", "fill_", "new_full", "where", "tensor"}
"""Operations that put an infinity where the script asks for one."""


def name_of(function: Any) -> str:
    """`log`, `div` … of a function of torch."""
    name = str(getattr(function, "__name__", "")).strip("_")
    return _NAMES.get(name, name)


class Event:
    """An operation whose result is not finite."""

    __slots__ = ("deliberate", "module", "operation", "output", "parents", "place", "range")

    def __init__(self, operation: str, module: Any, output: Any) -> None:
        self.operation = operation
        self.module = module
        self.output = output
        self.parents: list[Event] = []
        self.deliberate = False
        """True when its infinities are meant: a mask, or made of nothing but a mask."""
        self.place: dict[str, Any] | None = None
        self.range: dict[str, Any] = {}


class Operations(TorchFunctionMode):  # type: ignore[misc]
    """Sees the operations between `enter` and `leave` of the modules of the copies."""

    def __init__(self, copies: Copies, outside: FrameType | None) -> None:
        super().__init__()
        self._copies = copies
        self._outside = outside
        self._inside: list[Any] = []
        self._events: dict[int, Event] = {}
        """By id of the result, which the event keeps."""
        for module in copies.modules():
            module.register_forward_pre_hook(self._enter)
            module.register_forward_hook(self._leave)

    def _enter(self, module: Any, _args: Any) -> None:
        self._inside.append(module)

    def _leave(self, _module: Any, _args: Any, _output: Any) -> None:
        self._inside.pop()

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        result = func(*args, **kwargs)
        if len(self._events) < MOST_EVENTS:
            for tensor in tensors_in(result):
                if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
                    self._note(func, (args, kwargs), tensor)
        return result

    def _note(self, function: Any, given: Any, output: torch.Tensor) -> None:
        inputs = [each for each in tensors_in(given) if each.is_floating_point() and each is not output]
        known = self._events.get(id(output))
        event = Event(name_of(function), self._inside[-1] if self._inside else None, output)
        event.parents = [self._events[id(each)] for each in inputs if id(each) in self._events]
        if known is not None:
            event.parents.append(known)  # an operation in place
        unknown = any(id(each) not in self._events and not _finite(each) for each in inputs)
        only_meant = unknown or event.operation in _FILLS or bool(event.parents)
        meant = all(parent.deliberate for parent in event.parents)
        event.deliberate = only_meant and meant and not bool(torch.isnan(output).any())
        event.place = self._place()
        event.range = ranges(inputs[:1], output)
        self._events[id(output)] = event

    def _place(self) -> dict[str, Any] | None:
        """The user's own line in a forward of theirs; else the line that builds the module."""
        module = self._inside[-1] if self._inside else None
        frame = user_frame()
        own = module is not None and not type(module).__module__.startswith("torch.")
        if own and frame is not None and frame is not self._outside:
            return place(frame)
        original = self._copies.originals.get(id(module))
        return place_of(original) if original is not None else None

    def origin(self, result: Any) -> Event | None:
        """The first operation on the way to the non-finite part of the result."""
        event = next(
            (self._events[id(each)] for each in tensors_in(result) if id(each) in self._events), None
        )
        while event is not None:
            parent = next((each for each in event.parents if not each.deliberate), None)
            if parent is None:
                return event
            event = parent
        return None


def _finite(tensor: torch.Tensor) -> bool:
    return bool(torch.isfinite(tensor).all())


def ranges(inputs: list[torch.Tensor], output: torch.Tensor | None) -> dict[str, Any]:
    """`inputMin` … of what went in, and how much of what came out is not finite."""
    facts: dict[str, Any] = {}
    for tensor in inputs:
        good = torch.isfinite(tensor)
        numbers = tensor.detach()[good]
        if numbers.numel():
            facts.update(inputMin=float(numbers.min()), inputMax=float(numbers.max()))
        facts["inputNonFinite"] = int(tensor.numel() - int(good.sum()))
    if output is not None:
        facts["outputNonFinite"] = int((~torch.isfinite(output)).sum())
    return facts
