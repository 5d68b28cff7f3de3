"""Whether a batch is a slice that the script has newly cut out of its data for the step."""

from __future__ import annotations

import weakref
from typing import Any, Callable, Sequence

import torch

from .guard import guarded
from .steps import steps

SERIES = "sliceShare"
NAMES = ("input", "target")
_last: list[Any] = []
"""Weak references to what the step before was given."""
_other = [False]
"""True once a step was given anything else: a script that does not cut slices from its first step on is no
longer looked at.
"""


@guarded("slices")
def put(tensors: Callable[[], Sequence[tuple[str, torch.Tensor]]]) -> None:
    """Writes which share of the data the slice is, where input and target are both new slices."""
    if _other[0]:
        return
    given = [tensor for name, tensor in tensors() if name in NAMES]
    known = [reference() for reference in _last]
    _last[:] = [weakref.ref(tensor) for tensor in given]
    if not known:
        return
    shares = [_share(tensor) for tensor in given if all(tensor is not other for other in known)]
    found = [share for share in shares if share is not None]
    _other[0] = not found or len(found) < len(given)
    if not _other[0]:
        steps.now.scalars[SERIES] = max(found)


def _share(tensor: torch.Tensor) -> float | None:
    """Of a slice of rows of a larger tensor; None for whatever else."""
    whole = tensor._base
    if whole is None or not tensor.numel() or not whole.dim() or tensor.requires_grad:
        return None
    rows, all_rows = tensor.shape[0], whole.shape[0]
    same_rows = tensor.numel() * all_rows == whole.numel() * rows
    return rows / all_rows if same_rows and rows < all_rows else None
