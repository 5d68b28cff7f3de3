"""Mixed precision: the loss before GradScaler scaled it, the scale, and the steps that the scaler skips."""

from __future__ import annotations

import weakref
from collections import deque
from typing import Any, Deque

import torch

from .guard import guarded
from .observable import is_compiling
from .patching import replace
from .session import session

_scaled: Deque[tuple[Any, torch.Tensor]] = deque(maxlen=16)
"""Weak reference to a scaled loss, and the loss it was made from."""
scalers: list[Any] = []
"""Weak reference to the scaler of the step in progress."""


def install(module: Any) -> None:
    scaler = getattr(module, "GradScaler", None)
    if scaler is not None and "step" in vars(scaler):
        replace(scaler, "scale", _make_scale)
        replace(scaler, "step", _make_step)


def _make_scale(original: Any) -> Any:
    def scale(self: Any, outputs: Any) -> Any:
        result = original(self, outputs)
        if not is_compiling() and session.active:
            _remember(outputs, result)
        return result

    return scale


@guarded("amp")
def _remember(outputs: Any, result: Any) -> None:
    if isinstance(outputs, torch.Tensor) and isinstance(result, torch.Tensor) and result is not outputs:
        _scaled.append((weakref.ref(result), outputs.detach()))


def unscaled(loss: torch.Tensor) -> torch.Tensor:
    """The loss as it was before the scaler, or as it is."""
    for reference, outputs in _scaled:
        if reference() is loss:
            return outputs
    return loss


def _make_step(original: Any) -> Any:
    def step(self: Any, optimizer: Any, *args: Any, **kwargs: Any) -> Any:
        if is_compiling() or not session.active:
            return original(self, optimizer, *args, **kwargs)
        before = _before(self, optimizer)
        result = original(self, optimizer, *args, **kwargs)
        _after(optimizer, before)
        scalers.clear()
        _hold()
        return result

    return step


@guarded("amp")
def _before(scaler: Any, optimizer: Any) -> int:
    from . import optimizers

    if scaler.is_enabled():
        scalers[:] = [weakref.ref(scaler)]
    watch = optimizers.find(optimizer)
    return watch.steps if watch is not None and scaler.is_enabled() else -1


@guarded("amp")
def _after(optimizer: Any, before: int) -> None:
    """A step in which the scaler found infinite gradients never reaches the optimizer; it counts all the same."""
    from . import measures, optimizers

    watch = optimizers.find(optimizer)
    if watch is not None and watch.steps == before:
        measures.skipped(watch)
    _scaled.clear()


def _hold() -> None:
    from . import optimizers

    optimizers.hold()


def current() -> Any:
    """The scaler that takes the step in progress, if one does."""
    return scalers[0]() if scalers else None
