"""Where in the forward pass the first non-finite number appears: watches every operation of a replay."""

from __future__ import annotations

from types import FrameType
from typing import Any, Sequence

import torch
from torch.overrides import TorchFunctionMode

from . import replay
from .captures import Call, tensors_in
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

    __slots__ = ("after", "deliberate", "module", "operation", "output", "parents", "place", "range")

    def __init__(self, operation: str, module: Any, output: Any, after: int) -> None:
        self.operation = operation
        self.module = module
        self.after = after
        """How many calls of modules had ended."""
        self.output = output
        self.parents: list[Event] = []
        self.deliberate = False
        """True when its infinities are meant: a mask, or made of nothing but a mask."""
        self.place: dict[str, Any] | None = None
        self.range: dict[str, Any] = {}


class Trail:
    """Is told when a copied module begins and ends; here it only counts."""

    def __init__(self) -> None:
        self.ended = 0

    def begins(self, module: Any, args: Any) -> None:
        pass

    def ends(self, module: Any, output: Any) -> None:
        self.ended += 1


class Operations(TorchFunctionMode):  # type: ignore[misc]
    """Sees the operations between `enter` and `leave` of the modules of the copies."""

    def __init__(self, copies: Copies, outside: FrameType | None, trail: Trail) -> None:
        super().__init__()
        self._trail = trail
        self._copies = copies
        self._outside = outside
        self._inside: list[Any] = []
        self._events: dict[int, Event] = {}
        """By id of the result, which the event keeps."""
        for module in copies.modules():
            module.register_forward_pre_hook(self._enter)
            module.register_forward_hook(self._leave)

    def _enter(self, module: Any, args: Any) -> None:
        self._inside.append(module)
        with torch._C.DisableTorchFunction():
            self._trail.begins(module, args)

    def _leave(self, module: Any, _args: Any, output: Any) -> None:
        self._inside.pop()
        with torch._C.DisableTorchFunction():
            self._trail.ends(module, output)

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
        event = Event(
            name_of(function), self._inside[-1] if self._inside else None, output, self._trail.ended
        )
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


class Forward:
    """The calls run again. `finite`: so is what they return; else `event` is where it began, if known."""

    def __init__(self, calls: list[Call], outside: FrameType | None, trail: Trail | None = None) -> None:
        self.copies = Copies(calls)
        operations = Operations(self.copies, outside, trail or Trail())
        results: list[Any] = []
        with operations:
            replay.run(calls, self.copies, lambda _call, output: results.append(output))
        self.finite = replay.finite(results)
        self.event = None if self.finite else operations.origin(results)


def _finite(tensor: torch.Tensor) -> bool:
    return bool(torch.isfinite(tensor).all())


def span(prefix: str, tensors: Sequence[torch.Tensor]) -> dict[str, Any]:
    """`inputMin`, `inputMax` of the finite numbers, and how many are not (`inputNonFinite`)."""
    facts: dict[str, Any] = {}
    bad = 0
    for tensor in tensors:
        good = torch.isfinite(tensor)
        numbers = tensor.detach()[good]
        bad += int(tensor.numel() - numbers.numel())
        if numbers.numel():
            low, high = float(numbers.min()), float(numbers.max())
            facts[f"{prefix}Min"] = min(low, facts.get(f"{prefix}Min", low))
            facts[f"{prefix}Max"] = max(high, facts.get(f"{prefix}Max", high))
    return {**facts, f"{prefix}NonFinite": bad} if tensors else facts


def ranges(inputs: list[torch.Tensor], output: torch.Tensor | None) -> dict[str, Any]:
    """`inputMin` … of what went in, and how much of what came out is not finite."""
    facts = span("input", inputs)
    if output is not None:
        facts["outputNonFinite"] = int((~torch.isfinite(output)).sum())
    return facts
