"""Whether a batch is a slice that the script has newly cut out of its data for the step."""

from __future__ import annotations

import weakref
from typing import Any, Sequence

import torch

from .guard import guarded
from .steps import steps

SERIES = "sliceShare"
_last: list[Any] = []
"""Weak references to what the step before was given."""


@guarded("slices")
def put(tensors: Sequence[torch.Tensor]) -> None:
    """Writes which share of the data the slice is, where input and target are both new slices."""
    known = [reference() for reference in _last]
    _last[:] = [weakref.ref(tensor) for tensor in tensors]
    shares = [_share(tensor) for tensor in tensors if all(tensor is not other for other in known)]
    if known and len(shares) == len(tensors) and None not in shares:
        steps.now.scalars[SERIES] = max(share for share in shares if share is not None)


def _share(tensor: torch.Tensor) -> float | None:
    """Of a slice of rows of a larger tensor; None for whatever else."""
    whole = tensor._base
    if whole is None or not tensor.numel() or not whole.dim() or tensor.requires_grad:
        return None
    rows, all_rows = tensor.shape[0], whole.shape[0]
    same_rows = tensor.numel() * all_rows == whole.numel() * rows
    return rows / all_rows if same_rows and rows < all_rows else None
