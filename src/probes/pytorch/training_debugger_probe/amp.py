"""Mixed precision: the loss before GradScaler scaled it, and the scaler of the step in progress."""

from __future__ import annotations

import weakref
from collections import deque
from typing import Any

import torch

from .guard import guarded
from .observable import is_compiling
from .session import session
from .steps import Record

_scaled: deque[tuple[Any, torch.Tensor]] = deque(maxlen=16)
"""Weak reference to a scaled loss, and the loss it was made from."""
_used: list[Any] = []
"""Weak reference to the scaler that scaled the last loss."""
resumed: list[dict[str, Any]] = []
"""State that the scaler goes on from: it is not known before it scales."""
scalers: list[Any] = []
"""Weak reference to the scaler of the step in progress."""


def make_scale(original: Any) -> Any:
    def scale(self: Any, outputs: Any) -> Any:
        if resumed:
            self.load_state_dict(resumed.pop())
        result = original(self, outputs)
        if not is_compiling() and session.active:
            _remember(self, outputs, result)
        return result

    return scale


@guarded("amp")
def _remember(scaler: Any, outputs: Any, result: Any) -> None:
    if isinstance(outputs, torch.Tensor) and isinstance(result, torch.Tensor) and result is not outputs:
        _used[:] = [weakref.ref(scaler)]
        _scaled.append((weakref.ref(result), outputs.detach()))


def unscaled(loss: torch.Tensor) -> torch.Tensor:
    """The loss as it was before the scaler, or as it is."""
    for reference, outputs in _scaled:
        if reference() is loss:
            return outputs
    return loss


def used() -> Any:
    """The scaler that scaled the last loss."""
    return _used[0]() if _used else None


def current() -> Any:
    """The scaler that takes the step in progress, if one does."""
    return scalers[0]() if scalers else None


@guarded("amp")
def put_scale(scaler: Any, record: Record) -> None:
    scale = getattr(scaler, "_scale", None)
    if isinstance(scale, torch.Tensor):
        record.read("lossScale", [scale.detach().clone()])


def scales(optimizer: Any) -> bool:
    """Whether the optimizer's gradients, if they are of the last loss, are still multiplied by its scale."""
    scaler = _used[0]() if _used else None
    if scaler is None or not scaler.is_enabled():
        return False
    stage = scaler._per_optimizer_states.get(id(optimizer), {}).get("stage")
    return stage is None or stage.name == "READY"
