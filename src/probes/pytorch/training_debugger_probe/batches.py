"""What a training batch looks like: shapes, dtypes, and on sampled batches the range of its numbers."""

from __future__ import annotations

import math
from typing import Any, Callable, Iterator

import torch

from . import batch_facts, fingerprints, slices
from .guard import guarded
from .observable import is_plain
from .parameters import dtype, shape
from .sampling import Sampler
from .session import session
from .timing import clock

MOST_TENSORS = 8
PERIOD = 1.0
"""Seconds between two batches that are looked at."""
_sampler = Sampler(0.1)
_last = [-math.inf]
_given: list[tuple[int | None, torch.Tensor | None]] = []
"""For the step in progress, of each batch that a loader gave: its index in the epoch, and its target."""
POSITIONS = ("input", "target")
TARGETS = ("target", "labels", "label", "targets", "y")
"""Names that a batch's labels go by."""


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


def observe(batch: Any, index: int | None) -> None:
    """Looks at a batch of a training loader; `index` counts from 0 in each epoch."""
    tensors = list(tensors_of(batch))[:MOST_TENSORS]
    if tensors:
        _given.append((index, next((tensor for name, tensor in tensors if name in TARGETS), None)))
        look(lambda: tensors)


def index() -> int | None:
    """Of the step's first batch in its epoch, where a loader gave it."""
    return _given[0][0] if _given else None


def target() -> torch.Tensor | None:
    """Of the step's only batch, where a loader gave it."""
    return _given[0][1] if len(_given) == 1 else None


def look(tensors: Callable[[], list[tuple[str, torch.Tensor]]]) -> None:
    """Takes the fingerprint of the step's first batch, and describes the batch, when it is its turn.

    Only then are the tensors asked for.
    """
    describe = session.now() - _last[0] >= PERIOD and _sampler.due()
    if not describe and not fingerprints.due():
        return
    found = tensors()[:MOST_TENSORS]
    if found:
        fingerprints.put([tensor for _, tensor in found])
        if describe:
            _describe(found)


@guarded("batches")
def _describe(tensors: list[tuple[str, torch.Tensor]]) -> None:
    """The first batch of a training is always described."""
    _last[0] = session.now()
    start = clock()
    entries = [facts(name, tensor) for name, tensor in tensors]
    session.send({"type": "batch", "step": session.step, "tensors": entries})
    _sampler.spent(clock() - start)


def step_without_loader(tensors: Callable[[], list[tuple[str, torch.Tensor]]]) -> None:
    """The step is over: where no loader gave a batch, what the model and the loss were given is the batch."""
    if not _given:
        look(tensors)
        slices.put(tensors)
    _given.clear()


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
    if not tensor.is_cpu or not is_plain(tensor) or not tensor.numel() or tensor.is_complex():
        return entry
    with torch.no_grad():
        values = tensor.detach()
        floating = values.is_floating_point()
        entry.update(batch_facts.of_elements(values if floating else values.float()))
        if floating and name not in TARGETS:
            entry.update(batch_facts.of_features(values))
    return entry
