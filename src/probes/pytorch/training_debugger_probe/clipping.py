"""Gradient clipping: its threshold, and the norm before it, which clipping by norm returns anyway."""

from __future__ import annotations

import functools
import inspect
import sys
from typing import Any, Callable

import torch

from . import clip_sites, recorder
from .guard import guarded
from .observable import is_compiling
from .patching import replace
from .session import session

_last: list[tuple[set[int], float, torch.Tensor]] = []
"""Ids of the parameters, threshold, and total norm before clipping, of each call since the last step."""


def install(torch_module: Any) -> None:
    utils = torch_module.nn.utils
    module = sys.modules.get("torch.nn.utils.clip_grad")
    for name, kind in (("clip_grad_norm_", "norm"), ("clip_grad_value_", "value")):
        replace(utils, name, _maker(kind))
        if module is not None:
            setattr(module, name, getattr(utils, name))


def _maker(kind: str) -> Callable[[Any], Any]:
    def make(original: Any) -> Any:
        signature = inspect.signature(original)

        def clip(*args: Any, **kwargs: Any) -> Any:
            if is_compiling() or not session.active:
                return original(*args, **kwargs)
            call = _read(kind, signature, args, kwargs)
            if call is not None:
                args, kwargs = call.args, call.kwargs
            recorder.repeat(functools.partial(original, *args, **kwargs))
            result = original(*args, **kwargs)
            if call is not None and call.total:
                _remember(call.parameters, call.limit, result)
            return result

        return clip

    return make


class Call:
    """One call, with the parameters as a list, for they may be a generator, which can be read only once."""

    def __init__(self, kind: str, bound: inspect.BoundArguments) -> None:
        given = bound.arguments
        if not isinstance(given["parameters"], (torch.Tensor, list, tuple)):
            given["parameters"] = list(given["parameters"])
        listed = given["parameters"]
        self.parameters = [listed] if isinstance(listed, torch.Tensor) else listed
        self.limit = float(given["max_norm" if kind == "norm" else "clip_value"])
        self.total = kind == "norm" and float(given.get("norm_type", 2.0)) == 2.0
        """True when it returns the L2 norm before clipping."""
        self.args, self.kwargs = bound.args, bound.kwargs


@guarded("clipping")
def _read(kind: str, signature: inspect.Signature, args: Any, kwargs: Any) -> Call:
    bound = signature.bind(*args, **kwargs)
    bound.apply_defaults()
    call = Call(kind, bound)
    clip_sites.observe(kind, call.limit, call.parameters)
    return call


@guarded("clipping")
def _remember(parameters: Any, limit: float, total: Any) -> None:
    if isinstance(total, torch.Tensor):
        _last.append(({id(parameter) for parameter in parameters}, limit, total.detach().clone()))


def of(parameters: list[torch.Tensor]) -> tuple[float, torch.Tensor] | None:
    """Threshold and norm of a call since the last step that clipped just these parameters' gradients."""
    ids = {id(parameter) for parameter in parameters if parameter.grad is not None}
    for clipped, limit, total in reversed(_last):
        if ids and ids <= clipped:
            return limit, total
    return None


def clear() -> None:
    _last.clear()


def any_calls() -> bool:
    return bool(_last)
