"""When to look away: while torch compiles, traces, transforms or captures, nothing may be measured."""

from __future__ import annotations

from typing import Any, Callable

import torch

Check = Callable[[], bool]


def _find(owner: Any, *names: str) -> Any:
    for name in names:
        owner = getattr(owner, name, None)
    return owner


def _never() -> bool:
    return False


is_compiling: Check = _find(torch, "compiler", "is_compiling") or _never
"""True while torch.compile reads the calling code. The first line of every wrapper asks it."""

_tracing = _find(torch, "_C", "_get_tracing_state")
_functorch_depth = _find(torch, "_C", "_functorch", "maybe_current_level")
_dispatch_modes = _find(torch, "_C", "_len_torch_dispatch_stack")
_cuda_built = torch.version.cuda is not None or getattr(torch.version, "hip", None) is not None
_cuda_capturing = _find(torch, "cuda", "is_current_stream_capturing") if _cuda_built else None


def clear() -> bool:
    """True when real values flow through torch right now."""
    if _tracing is not None and _tracing() is not None:
        return False
    if _functorch_depth is not None and _functorch_depth() is not None:
        return False
    if _dispatch_modes is not None and _dispatch_modes() > 0:
        return False
    return _cuda_capturing is None or not (cuda_started() and _cuda_capturing())


def cuda_started() -> bool:
    """Only then may any other question be put to torch.cuda: asking earlier would start it, and break a
    later fork.
    """
    return bool(torch.cuda.is_initialized())


def is_plain(value: object) -> bool:
    """A dense tensor of numbers in memory, which statistics can be computed of."""
    return (
        isinstance(value, torch.Tensor)
        and value.layout is torch.strided
        and not value.is_meta
        and not value.is_quantized
    )


def is_scalar(value: object) -> bool:
    return is_plain(value) and value.numel() == 1  # type: ignore[attr-defined]
