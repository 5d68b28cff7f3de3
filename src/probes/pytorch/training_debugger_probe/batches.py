"""What a training batch looks like: shapes, dtypes, and on sampled batches the range of its numbers."""

from __future__ import annotations

import math
from typing import Any, Iterator

import torch

from .guard import guarded
from .observable import is_plain
from .parameters import dtype, shape
from .sampling import Sampler
from .session import session
from .timing import clock
from .wire import number

MOST_TENSORS = 8
PERIOD = 1.0
"""Seconds between two batches that are looked at."""
_sampler = Sampler(0.15)
_last = [-math.inf]
POSITIONS = ("input", "target")


def tensors_of(batch: Any) -> Iterator[tuple[str, torch.Tensor]]:
    """The tensors of a batch with their names: the key, or `input` and `target` by position."""
    if isinstance(batch, torch.Tensor):
        yield "input", batch
    elif isinstance(batch, dict) or (hasattr(batch, "items") and hasattr(batch, "keys")):
        for name, value in batch.items():
            if isinstance(value, torch.Tensor):
                yield str(name), value
    elif isinstance(batch, (list, tuple)):
        found = [value for value in batch if isinstance(value, torch.Tensor)]
        for index, value in enumerate(found):
            yield POSITIONS[index] if index < 2 else f"tensor{index}", value
        if not found:
            for part in batch[:1]:
                yield from tensors_of(part)


def size_of(batch: Any) -> int:
    """Examples in the batch: the first size of its first tensor."""
    first = next(tensors_of(batch), None)
    if first is None:
        return 0
    return int(first[1].shape[0]) if first[1].dim() else 1


@guarded("batches")
def observe(batch: Any) -> None:
    """Looks at the batch when it is its turn; the first is always looked at."""
    now = session.now()
    if now - _last[0] < PERIOD or not _sampler.due():
        return
    _last[0] = now
    start = clock()
    entries = [facts(name, tensor) for name, tensor in list(tensors_of(batch))[:MOST_TENSORS]]
    if entries:
        session.send({"type": "batch", "step": session.step, "tensors": entries})
    _sampler.spent(clock() - start)


def facts(name: str, tensor: torch.Tensor) -> dict[str, Any]:
    """One entry of the message; of a tensor on an accelerator no numbers are read, for that would wait for
    it.
    """
    entry: dict[str, Any] = {
        "name": name,
        "shape": shape(tensor),
        "dtype": dtype(tensor),
        "device": str(tensor.device),
    }
    if tensor.device.type != "cpu" or not is_plain(tensor) or not tensor.numel() or tensor.is_complex():
        return entry
    with torch.no_grad():
        values = tensor.detach()
        values = values.float() if not values.is_floating_point() else values
        low, high = torch.aminmax(values)
        mean = values.mean(dtype=torch.float64)
    entry.update(min=number(low.item()), max=number(high.item()), mean=number(mean.item()), nonFinite=0)
    if not math.isfinite(mean.item()):
        entry["nonFinite"] = int((~torch.isfinite(values)).sum())
    return entry
