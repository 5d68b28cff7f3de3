"""L2 norms of many tensors at once."""

from __future__ import annotations

from typing import Sequence

import torch

_NARROW = (torch.float16, torch.bfloat16)


def dense(tensor: torch.Tensor) -> torch.Tensor:
    """The tensor's numbers on this rank, without its history: of a sparse tensor the values, of a sharded
    the shard.
    """
    tensor = tensor.detach()
    tensor = getattr(tensor, "_local_tensor", tensor)
    return tensor.coalesce().values() if tensor.layout == torch.sparse_coo else tensor


def norms(tensors: Sequence[torch.Tensor]) -> torch.Tensor:
    """One norm a tensor, as a vector; all tensors are on one device. Half precision is summed in float32."""
    if any(tensor.dtype in _NARROW for tensor in tensors):  # `_foreach_norm` overflows in float16
        found = [torch.linalg.vector_norm(each, dtype=_wide(each)) for each in tensors]
    else:
        found = list(torch._foreach_norm(list(tensors)))
    if len({each.dtype for each in found}) > 1:
        found = [each.to(torch.float64) for each in found]
    return torch.stack(found)


def _wide(tensor: torch.Tensor) -> torch.dtype | None:
    return torch.float32 if tensor.dtype in _NARROW else None


def by_device(tensors: Sequence[torch.Tensor]) -> list[list[torch.Tensor]]:
    """The tensors of each device together, in order."""
    groups: dict[torch.device, list[torch.Tensor]] = {}
    for tensor in tensors:
        groups.setdefault(tensor.device, []).append(tensor)
    return list(groups.values())
