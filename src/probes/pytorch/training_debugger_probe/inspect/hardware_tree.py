"""Devices, memory and threads as torch tells; nothing is started to ask."""

from __future__ import annotations

import torch

from .. import memory, runtime
from ..observable import cuda_started
from .references import Item, Members

_GIB = 2**30


def tree() -> Members | None:
    resident = memory.resident()
    found = [
        Item("processor", runtime.processor()),
        Item(
            "threads",
            f"{torch.get_num_threads()} within, {torch.get_num_interop_threads()} between operations",
        ),
    ]
    if resident is not None:
        found.append(Item("process memory", _bytes(resident)))
    return Members.of([*found, *_gpus(), *_apple(), Item("torch", torch.__version__)])


def _gpus() -> list[Item]:
    return [_gpu(index) for index in range(torch.cuda.device_count())] if cuda_started() else []


def _gpu(index: int) -> Item:
    total = torch.cuda.get_device_properties(index).total_memory
    used, kept = torch.cuda.memory_allocated(index), torch.cuda.memory_reserved(index)
    inside = [
        Item("allocated", _bytes(used)),
        Item("reserved", _bytes(kept)),
        Item("most allocated", _bytes(torch.cuda.max_memory_allocated(index))),
        Item("total", _bytes(total)),
    ]
    line = f"{torch.cuda.get_device_name(index)} · {_bytes(used)} of {_bytes(total)}"
    return Item(f"cuda:{index}", line, "device", Members.of(inside))


def _apple() -> list[Item]:
    """Only where the model computes there."""
    if not runtime.uses("mps"):
        return []
    return [Item("mps", f"Apple GPU · {_bytes(torch.mps.current_allocated_memory())} allocated", "device")]


def _bytes(count: int) -> str:
    return f"{count / _GIB:.2f} GiB" if count >= _GIB else f"{count / 2**20:.1f} MiB"
