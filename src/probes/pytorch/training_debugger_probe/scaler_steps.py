"""`GradScaler.step()`: a step that loss scaling leaves out never reaches the optimizer; it counts all the
same.
"""

from __future__ import annotations

import functools
import weakref
from typing import Any

import torch

from . import amp, optimizers, parameters, recorder, turns, watches
from .guard import guarded
from .observable import is_compiling
from .patching import replace
from .session import session


def install(module: Any) -> None:
    scaler = getattr(module, "GradScaler", None)
    if scaler is not None and "step" in vars(scaler):
        replace(scaler, "scale", amp.make_scale)
        replace(scaler, "unscale_", _make_unscale)
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
        turns.step_ends()
        return result

    return step


def _make_unscale(original: Any) -> Any:
    def unscale_(self: Any, optimizer: Any) -> Any:
        result = original(self, optimizer)
        if not is_compiling() and session.active and self.is_enabled():
            _unscaled(self, optimizer)
        return result

    return unscale_


@guarded("amp")
def _unscaled(scaler: Any, optimizer: Any) -> None:
    inverse = scaler._scale.double().reciprocal().float()
    recorder.repeat(functools.partial(_unscale_again, parameters.flat(optimizer.param_groups), inverse))


def _unscale_again(held: list[torch.Tensor], inverse: torch.Tensor) -> None:
    """As torch does it, so that the numbers are the same in each bit."""
    for each in held:
        if each.grad is not None:
            found = torch.zeros(1, device=each.grad.device)
            factor = inverse.to(each.grad.device)
            torch._amp_foreach_non_finite_check_and_unscale_([each.grad], found, factor)


@guarded("amp")
def _before(scaler: Any, optimizer: Any) -> int:
    """Steps of the optimizer so far; -1 when the scaler does nothing or the optimizer is not observed."""
    if not scaler.is_enabled():
        return -1
    amp.scalers[:] = [weakref.ref(scaler)]
    watch = watches.find(optimizer)
    return watch.steps if watch is not None else -1
