"""A number that stands for the content of a batch: equal batches have equal ones."""

from __future__ import annotations

import zlib
from array import array
from typing import Sequence

import torch

from .guard import guarded
from .observable import is_plain
from .session import session
from .steps import steps

SAMPLE = 128
"""Elements of a tensor that its fingerprint depends on."""
FEWEST_VALUES = 8
"""Distinct values among them below which further elements are looked at."""
DENSE = 65_536
ALWAYS = 64
"""Steps from the first on that all have one; later the first few of every so many."""
FEW = 4
SERIES = "batchFingerprint"
_weights: list[torch.Tensor] = []


def weights(size: int) -> torch.Tensor:
    """Fixed numbers in (-1, 1), float64; no random generator of torch is asked."""
    if not _weights or _weights[0].numel() < size:
        index = torch.arange(1, size + 1, dtype=torch.float64, device="cpu")
        _weights[:] = [torch.frac(torch.sin(index * 12.9898) * 43758.5453)]
    return _weights[0][:size]


def flat(tensor: torch.Tensor) -> torch.Tensor:
    """The elements in a row; of a large tensor that does not lie so in memory, of its first examples."""
    if tensor.is_contiguous() or tensor.numel() <= DENSE:
        return tensor.reshape(-1)
    rows = max(1, DENSE * tensor.shape[0] // tensor.numel())
    return tensor[:rows].reshape(-1)


def of(tensors: Sequence[torch.Tensor]) -> int:
    """An integer below 2^52 of evenly spaced elements of the tensors, which are on the CPU."""
    values = array("d")
    for tensor in tensors:
        row = flat(tensor.detach())
        size = row.numel()
        taken = (row[:: (size // SAMPLE) | 1] if size > SAMPLE else row).tolist()
        values.extend(taken)
        values.append(size)
        if size > SAMPLE and len(set(taken)) < FEWEST_VALUES:
            values.append(_dense(row))
    packed = values.tobytes()
    return zlib.crc32(packed) << 20 | zlib.adler32(packed) & 0xFFFFF


def _dense(row: torch.Tensor) -> float:
    """Of mostly equal elements (one-hot rows, masks) a few say nothing: their first thousands, weighted."""
    part = row[:DENSE].to(torch.float64)
    return float(torch.dot(part, weights(part.numel())))


def suits(tensor: torch.Tensor) -> bool:
    return is_plain(tensor) and tensor.is_cpu and tensor.numel() > 0 and not tensor.is_complex()


def due() -> bool:
    """Whether the step in progress is to have one, and has none yet."""
    turn = session.step < ALWAYS or session.step % ALWAYS < FEW
    return turn and SERIES not in steps.now.scalars


@guarded("fingerprints")
def put(tensors: Sequence[torch.Tensor]) -> None:
    """Writes the number into the step in progress, of its first batch."""
    found = [tensor for tensor in tensors if suits(tensor)][:2]
    if found and due():
        steps.now.scalars[SERIES] = float(of(found))
