"""What a training is at one moment: kept in memory of the host, and put back in place, bit by bit.

Everything is copied into the tensors that the script has, so that whoever holds them sees the old values.
"""

from __future__ import annotations

import copy
from typing import Any, Iterator

import torch

from . import amp, captures, schedulers
from .generators import Generators
from .watches import watches

SLAB = 2**26
"""Bytes of buffers made at once, at most."""
MOST_AT_ONCE = 100


class Pool:
    """Buffers of snapshots that are no longer needed, to be used again."""

    def __init__(self) -> None:
        self._free: dict[tuple[Any, ...], list[torch.Tensor]] = {}
        self._slabs: dict[tuple[Any, ...], list[torch.Tensor]] = {}
        """Buffers that were never used."""
        self.bytes = 0
        """Of the buffers that were used and are free."""

    def copy(self, tensor: torch.Tensor) -> torch.Tensor:
        """The tensor's values in memory of the host."""
        tensor = tensor.detach()
        if tensor.layout != torch.strided:
            return tensor.cpu() if tensor.device.type != "cpu" else tensor.clone()
        free = self._free.get(_key(tensor))
        if free:
            self.bytes -= size_of(tensor)
            return free.pop().copy_(tensor)
        return self._unused(tensor).copy_(tensor)

    def _unused(self, tensor: torch.Tensor) -> torch.Tensor:
        """Buffers are made many at once: one by one between the allocations of the script they would leave
        gaps there, and its memory would grow. None takes memory before it is written.
        """
        unused = self._slabs.setdefault(_key(tensor), [])
        if not unused:
            one = torch.empty_like(tensor, device="cpu")
            count = max(1, min(MOST_AT_ONCE, SLAB // max(1, size_of(one))))
            slab = torch.empty(count * one.numel(), dtype=one.dtype)
            parts = slab.split(one.numel()) if one.numel() else (slab,)
            unused.extend(part.as_strided(one.shape, one.stride(), part.storage_offset()) for part in parts)
        return unused.pop()

    def give(self, buffer: torch.Tensor) -> None:
        if buffer.layout == torch.strided:
            self._free.setdefault(_key(buffer), []).append(buffer)
            self.bytes += size_of(buffer)

    def empty(self) -> None:
        self._free.clear()
        self._slabs.clear()
        self.bytes = 0


def _key(tensor: torch.Tensor) -> tuple[Any, ...]:
    return tuple(tensor.shape), tensor.dtype, tensor.stride()


pool = Pool()


class Kept:
    """A tensor and its values."""

    __slots__ = ("buffer", "tensor")

    def __init__(self, tensor: torch.Tensor) -> None:
        self.tensor = tensor
        self.buffer = pool.copy(tensor)

    def put_back(self) -> torch.Tensor:
        if self.buffer.layout == torch.strided and self.tensor.layout == torch.strided:
            self.tensor.detach().copy_(self.buffer)
            return self.tensor
        return self.buffer.to(self.tensor.device, copy=True)

    def equals(self, other: torch.Tensor | None) -> bool:
        return other is not None and same(self.buffer, other.detach().to("cpu"))


class Gradient:
    """The values of a parameter's gradient; the tensor they are in is not held."""

    __slots__ = ("buffer",)

    def __init__(self, gradient: torch.Tensor) -> None:
        self.buffer = pool.copy(gradient)

    def put_back(self, parameter: torch.Tensor) -> None:
        found = parameter.grad
        if found is not None and found.layout == self.buffer.layout == torch.strided:
            found.detach().copy_(self.buffer)
        else:
            parameter.grad = self.buffer.to(parameter.device, copy=True)

    def equals(self, other: torch.Tensor | None) -> bool:
        return other is not None and same(self.buffer, other.detach().to("cpu"))


def same(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Whether two tensors hold the same numbers; NaN is NaN."""
    if one.layout != torch.strided:
        one, other = one.to_dense(), other.to_dense()
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    return bool(((one == other) | ((one != one) & (other != other))).all())


PLAIN = (bool, int, float, str, type(None))
"""What cannot change need not be copied, and options are little else."""


def keep(value: Any) -> Any:
    """A value of an optimizer's state, with its tensors kept."""
    if type(value) in PLAIN:
        return value
    if isinstance(value, torch.Tensor):
        return Kept(value)
    if type(value) in (list, tuple):
        return type(value)(keep(each) for each in value)
    if type(value) is dict:
        return {name: keep(each) for name, each in value.items()}
    return copy.deepcopy(value)


def put_back(kept: Any) -> Any:
    if type(kept) in PLAIN:
        return kept
    if isinstance(kept, Kept):
        return kept.put_back()
    if type(kept) in (list, tuple):
        return type(kept)(put_back(each) for each in kept)
    if type(kept) is dict:
        return {name: put_back(each) for name, each in kept.items()}
    return copy.deepcopy(kept)


def kept_in(kept: Any) -> Iterator[Kept]:
    if isinstance(kept, Kept):
        yield kept
    elif isinstance(kept, (list, tuple, dict)):
        for each in kept.values() if isinstance(kept, dict) else kept:
            yield from kept_in(each)


class OptimizerState:
    """State and options of one optimizer, also of what it will only make later."""

    def __init__(self, optimizer: Any, whole: bool = True) -> None:
        """`whole`: with the state, not the options alone."""
        self.optimizer = optimizer
        self.state = {
            parameter: keep(dict(value)) for parameter, value in (optimizer.state.items() if whole else ())
        }
        self.options = [
            {name: keep(value) for name, value in group.items() if name != "params"}
            for group in optimizer.param_groups
        ]

    def put_back(self) -> None:
        state = self.optimizer.state
        for parameter in [each for each in state if each not in self.state]:
            del state[parameter]
        for parameter, kept in self.state.items():
            values = put_back(kept)
            state[parameter].clear()
            state[parameter].update(values)
        self.put_back_options()

    def put_back_options(self) -> None:
        for group, options in zip(self.optimizer.param_groups, self.options):
            for name in [each for each in group if each != "params" and each not in options]:
                del group[name]
            group.update(put_back(options))

    def has_options(self) -> bool:
        """Whether the options are still these."""
        return all(_equal(kept, group) for kept, group in zip(self.options, self.optimizer.param_groups))


def _equal(kept: dict[str, Any], group: dict[str, Any]) -> bool:
    return all(
        value.equals(group.get(name)) if isinstance(value, Kept) else value == group.get(name)
        for name, value in kept.items()
        if not (isinstance(value, (list, tuple, dict)) and list(kept_in(value)))
    )


class Snapshot:
    """The whole state of a training."""

    def __init__(self) -> None:
        self.parameters = [Kept(each) for each in trained()]
        self.gradients = [
            None if each.tensor.grad is None else Gradient(each.tensor.grad) for each in self.parameters
        ]
        self.buffers = [
            (module, name, Kept(buffer))
            for root in captures.roots()
            for module in root.modules()
            for name, buffer in module._buffers.items()
            if buffer is not None
        ]
        self.optimizers = [
            OptimizerState(each.optimizer) for each in list(watches.values()) if each.optimizer is not None
        ]
        self.schedulers = [(each, copy.deepcopy(each.state_dict())) for each in schedulers.live()]
        scaler = amp.used()
        self.scaler = None if scaler is None else (scaler, scaler.state_dict())
        self.generators = Generators()

    def put_back(self) -> None:
        """Makes the training what it was, all in place."""
        with torch.no_grad():
            for kept in self.parameters:
                kept.put_back()
            self.put_back_gradients()
            self.put_back_buffers()
            for optimizer in self.optimizers:
                optimizer.put_back()
        self.put_back_schedules()
        self.generators.restore()

    def put_back_gradients(self) -> None:
        with torch.no_grad():
            for parameter, kept in zip(self.parameters, self.gradients):
                if kept is None:
                    parameter.tensor.grad = None
                else:
                    kept.put_back(parameter.tensor)

    def put_back_buffers(self) -> None:
        with torch.no_grad():
            for module, name, kept in self.buffers:
                module._buffers[name] = kept.put_back()

    def put_back_schedules(self) -> None:
        for scheduler, state in self.schedulers:
            scheduler.load_state_dict(copy.deepcopy(state))
        if self.scaler is not None and self.scaler[1]:
            self.scaler[0].load_state_dict(self.scaler[1])

    def has_parameters(self) -> bool:
        """Whether the weights are just these now."""
        return all(kept.equals(kept.tensor) for kept in self.parameters)

    def has_gradients(self) -> bool:
        return all(
            parameter.tensor.grad is None if kept is None else kept.equals(parameter.tensor.grad)
            for parameter, kept in zip(self.parameters, self.gradients)
        )

    def _kept(self) -> Iterator[Kept | Gradient]:
        yield from self.parameters
        yield from (each for each in self.gradients if each is not None)
        yield from (kept for _, _, kept in self.buffers)
        for each in self.optimizers:
            yield from kept_in(each.options)
            for values in each.state.values():
                yield from kept_in(values)

    def bytes(self) -> int:
        return sum(size_of(kept.buffer) for kept in self._kept())

    def drop(self) -> None:
        """Gives the buffers to the snapshots to come."""
        for kept in self._kept():
            pool.give(kept.buffer)


def size_of(tensor: torch.Tensor) -> int:
    """Bytes of the values."""
    values = tensor if tensor.layout == torch.strided else tensor.coalesce().values()
    return int(values.numel()) * int(values.element_size())


def trained() -> list[torch.Tensor]:
    """Every parameter of the models and of the optimizers."""
    found: dict[int, torch.Tensor] = {}
    for watch in list(watches.values()):
        found.update((id(each), each) for each in watch.parameters())
    for root in captures.roots():
        found.update((id(each), each) for each in root.parameters())
    return list(found.values())
