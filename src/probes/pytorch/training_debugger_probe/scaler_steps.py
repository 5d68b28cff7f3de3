"""`GradScaler.step()`: a step that loss scaling leaves out never reaches the optimizer; it counts all the
same.
"""

from __future__ import annotations

import weakref
from typing import Any

from . import amp, optimizers, watches
from .guard import guarded
from .observable import is_compiling
from .patching import replace
from .session import session


def install(module: Any) -> None:
    scaler = getattr(module, "GradScaler", None)
    if scaler is not None and "step" in vars(scaler):
        replace(scaler, "scale", amp.make_scale)
        replace(scaler, "step", _make_step)


def _make_step(original: Any) -> Any:
    def step(self: Any, optimizer: Any, *args: Any, **kwargs: Any) -> Any:
        if is_compiling() or not session.active:
            return original(self, optimizer, *args, **kwargs)
        before = _before(self, optimizer)
        result = original(self, optimizer, *args, **kwargs)
        watch = watches.find(optimizer)
        if watch is not None and watch.steps == before:
            optimizers.left_out(watch)
        amp.scalers.clear()
        optimizers.between_steps()
        return result

    return step


@guarded("amp")
def _before(scaler: Any, optimizer: Any) -> int:
    """Steps of the optimizer so far; -1 when the scaler does nothing or the optimizer is not observed."""
    if not scaler.is_enabled():
        return -1
    amp.scalers[:] = [weakref.ref(scaler)]
    watch = watches.find(optimizer)
    return watch.steps if watch is not None else -1
