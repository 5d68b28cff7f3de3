"""Numbers from tensors, without making an accelerator wait.

On the CPU they are there at once. On CUDA they are stacked, copied into pinned memory without blocking, and
read when the event behind the copy has passed: a step or two later.
"""

from __future__ import annotations

import time
from collections import deque
from typing import Any, Callable, Sequence

import torch

Done = Callable[[Sequence[float]], None]
RING = 256
"""Reads in flight; training that runs further ahead of its device goes without the oldest numbers."""


class Transfer:
    """One copy on its way. `buffer` is float32 in pinned host memory."""

    __slots__ = ("buffer", "done", "event")

    def __init__(self, stacked: torch.Tensor, done: Done) -> None:
        self.buffer = _buffer(stacked.numel())
        self.buffer.copy_(stacked, non_blocking=True)
        self.event = torch.cuda.Event()
        self.event.record(torch.cuda.current_stream(stacked.device))
        self.done = done

    def arrived(self) -> bool:
        return bool(self.event.query())

    def wait(self) -> None:
        self.event.synchronize()

    def deliver(self) -> None:
        values = self.buffer.tolist()
        _free.setdefault(self.buffer.numel(), []).append(self.buffer)
        self.done(values)


class Late:
    """A device without pinned copies (MPS): read one poll later, when the value has most likely been
    computed.
    """

    __slots__ = ("done", "polls", "stacked")

    def __init__(self, stacked: torch.Tensor, done: Done) -> None:
        self.stacked, self.done, self.polls = stacked, done, 0

    def arrived(self) -> bool:
        self.polls += 1
        return self.polls > 1

    def wait(self) -> None:
        """Reading it is what waits."""

    def deliver(self) -> None:
        self.done(self.stacked.tolist())


_free: dict[int, list[torch.Tensor]] = {}
_flying: deque[Any] = deque()


def _buffer(size: int) -> torch.Tensor:
    free = _free.get(size)
    return free.pop() if free else torch.empty(size, dtype=torch.float32, device="cpu", pin_memory=True)


def read(tensors: Sequence[torch.Tensor], done: Done) -> None:
    """Calls `done` with one number for each 0-dimensional tensor, now or later; all are on one device."""
    device = tensors[0].device.type
    with torch.no_grad():
        if device == "cpu":
            done([tensor.item() for tensor in tensors] if len(tensors) < 4 else _stack(tensors).tolist())
        elif device == "cuda":
            _flying.append(Transfer(_stack(tensors).to(torch.float32), done))
        else:
            _flying.append(Late(_stack(tensors), done))


def read_vector(vector: torch.Tensor, done: Done) -> None:
    """The same for the elements of a 1-dimensional tensor."""
    if vector.is_cpu:
        done(vector.tolist())
    elif vector.device.type == "cuda":
        _flying.append(Transfer(vector.to(torch.float32), done))
    else:
        _flying.append(Late(vector, done))


def _stack(tensors: Sequence[torch.Tensor]) -> torch.Tensor:
    first = tensors[0].dtype
    if all(tensor.dtype == first for tensor in tensors):
        return torch.stack([tensor.detach().reshape(()) for tensor in tensors])
    return torch.stack([tensor.detach().reshape(()).to(torch.float32) for tensor in tensors])


def poll() -> None:
    """Delivers what has arrived, in order; drops the oldest reads beyond the ring."""
    while _flying and _flying[0].arrived():
        _flying.popleft().deliver()
    while len(_flying) > RING:
        _flying.popleft().done(())


def settle() -> None:
    """At a gate: waits for all that is on its way."""
    while _flying:
        arriving = _flying.popleft()
        arriving.wait()
        arriving.deliver()


def drain(seconds: float) -> None:
    """At the end: waits at most this long for what is still on its way."""
    deadline = time.monotonic() + seconds
    while _flying and time.monotonic() < deadline:
        poll()
        if _flying:
            time.sleep(0.002)
    while _flying:
        _flying.popleft().done(())
