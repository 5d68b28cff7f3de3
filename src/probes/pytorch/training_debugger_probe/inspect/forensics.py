"""Where the first non-finite number of the step in progress comes from, with all that led there."""

from __future__ import annotations

import math
from typing import Any

import torch

from .. import captures, origins, replay, step_losses
from ..captures import Call
from ..forward_origin import Forward
from ..gradient_origin import Differentiated
from ..parameters import parameters
from ..requests import RequestError
from ..session import session
from ..source import user_frame
from ..watches import watches
from ..wire import text
from . import trail
from .reasons import why


def forensics(_params: dict[str, Any]) -> dict[str, Any] | None:
    """None where everything is finite."""
    calls = list(captures.calls)
    with torch.no_grad():
        found = origins.of_inputs(calls) or origins.of_parameters()
        if found is not None:
            return _answer(found, [])
        gradients = _bad_gradients()
        if not gradients and _losses_are_finite() and session.step not in origins.latest:
            return None
        if not replay.possible(calls):
            raise RequestError(
                text(
                    "This step cannot be computed again to see where its non-finite values come from. That "
                    "takes a model on the CPU, without torch.compile and without other ranks."
                )
            )
        return _of_forward(calls) or _of_backward(calls, gradients)


def _losses_are_finite() -> bool:
    """Of an accelerator only the tensors themselves tell, while they are there."""
    results = [given.result() for given in step_losses.given]
    alive = [each for each in results if each is not None]
    return all(math.isfinite(given.value) for given in step_losses.given) and replay.finite(alive)


def _bad_gradients() -> list[str]:
    """Names of the parameters whose gradients are not finite."""
    held = [each for watch in list(watches.values()) for each in watch.parameters()]
    return [
        parameters.names.get(id(each)) or f"Parameter{list(each.shape)}"
        for each in held
        if each.grad is not None and not replay.finite(each.grad)
    ]


def _of_forward(calls: list[Call]) -> dict[str, Any] | None:
    ranges = trail.Ranges()
    forward = Forward(calls, user_frame(), ranges)
    modules, offending = ranges.until_event(forward)
    if not forward.finite:
        return _answer(origins.of_operation(forward) or {"direction": "forward"}, modules, offending)
    found = origins.of_loss_function() or _said_of_loss()
    return None if found is None else _answer(found, modules)


def _said_of_loss() -> dict[str, Any] | None:
    """The graph of a loss is used up by now: what was found when it was whole."""
    said = origins.latest.get(session.step)
    return said if said is not None and said["direction"] == "loss" else None


def _of_backward(calls: list[Call], gradients: list[str]) -> dict[str, Any]:
    ran = Differentiated(calls, user_frame())
    found = origins.of_gradient(ran, None, None) or origins.latest.get(session.step)
    guilty = None if ran.comes_in_bad() else ran.module()
    modules, offending = trail.gradients(ran, guilty)
    return _answer(found or {"direction": "backward", "gradients": gradients}, modules, offending)


def _answer(found: dict[str, Any], modules: list[dict[str, Any]], offending: int = -1) -> dict[str, Any]:
    result = {"direction": found["direction"], "offending": offending, "modules": modules, "why": why(found)}
    return {**result, **{name: found[name] for name in ("operation", "source") if name in found}}
