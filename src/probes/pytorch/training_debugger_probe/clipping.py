"""Gradient clipping by norm: its threshold, and the norm before it, which it returns anyway."""

from __future__ import annotations

import inspect
import sys
from typing import Any

import torch

from .guard import guarded
from .observable import is_compiling
from .patching import replace
from .session import session

_last: list[tuple[set[int], float, torch.Tensor]] = []
"""Ids of the parameters, threshold, and total norm before clipping, of each call since the last step."""


def install(torch_module: Any) -> None:
    utils = torch_module.nn.utils
    replace(utils, "clip_grad_norm_", _make)
    module = sys.modules.get("torch.nn.utils.clip_grad")
    if module is not None:
        module.clip_grad_norm_ = utils.clip_grad_norm_  # type: ignore[attr-defined]


def _make(original: Any) -> Any:
    signature = inspect.signature(original)

    def clip_grad_norm_(*args: Any, **kwargs: Any) -> Any:
        if is_compiling() or not session.active:
            return original(*args, **kwargs)
        kept = _keep(signature, args, kwargs)
        if kept is not None:
            args, kwargs, parameters, limit = kept
        result = original(*args, **kwargs)
        if kept is not None:
            _remember(parameters, limit, result)
        return result

    return clip_grad_norm_


@guarded("clipping")
def _keep(signature: inspect.Signature, args: Any, kwargs: Any) -> Any:
    """The arguments with the parameters as a list, for they may be a generator, which can be read only
    once.
    """
    bound = signature.bind(*args, **kwargs)
    bound.apply_defaults()
    if float(bound.arguments.get("norm_type", 2.0)) != 2.0:
        return None
    parameters = bound.arguments["parameters"]
    if not isinstance(parameters, (torch.Tensor, list, tuple)):
        parameters = bound.arguments["parameters"] = list(parameters)
    listed = [parameters] if isinstance(parameters, torch.Tensor) else parameters
    return bound.args, bound.kwargs, listed, float(bound.arguments["max_norm"])


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
