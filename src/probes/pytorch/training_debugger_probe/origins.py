"""Where the first NaN or infinity of a training comes from: told once, when its loss or gradient shows one.

Everything is on the CPU; on an accelerator the numbers are known only when the step that made them is over.
"""

from __future__ import annotations

import math
import weakref
from typing import Any

import torch

from . import captures, graph_operations, loaders, nonfinite, operation_line, replay, step_losses
from .captures import Call
from .forward_origin import Forward, ranges
from .gradient_origin import Differentiated
from .guard import guarded
from .layers import place_of
from .parameters import parameters
from .session import session
from .source import user_frame
from .timing import clock
from .watches import watches
from .wire import number

LARGEST_SENTINEL = 4096
"""Elements of the gradient that is looked at after every backward pass."""
_done: list[bool] = []
latest: dict[int, dict[str, Any]] = {}
"""What was said last, by the step it was said of."""
_sentinels: dict[int, tuple[int, list[Any]]] = {}
"""By number of the optimizer: how many parameters it held, and weak references to those whose gradients are
looked at.
"""


@guarded("origin")
def of_loss(loss: torch.Tensor | None, where: dict[str, Any] | None) -> None:
    """The loss is not finite; its graph is not used up and the weights are those it was computed with."""
    if _done:
        return
    _done.append(True)
    calls = list(captures.calls)
    parameters.describe({each.id: each.parameters() for each in list(watches.values())})
    with torch.no_grad():
        found = of_inputs(calls) or of_parameters() or _of_forward(calls, loss, where)
    if found is not None:
        _send(found)


def _send(found: dict[str, Any]) -> None:
    for name in ("inputMin", "inputMax"):
        if name in found:
            found[name] = number(found[name])
    latest.clear()
    latest[session.step] = found
    session.send({"type": "origin", "step": session.step, "layer": -1, "module": "", **found})


def _affordable(calls: list[Call]) -> bool:
    return replay.possible(calls) and clock() - calls[-1].started < replay.SLOWEST


def of_inputs(calls: list[Call]) -> dict[str, Any] | None:
    given = [("input", each) for call in calls for each in call.tensors()]
    given += [("target", each.target) for each in step_losses.given if each.target is not None]
    for kind, tensor in given:
        if tensor.is_floating_point() and not tensor.requires_grad and not replay.finite(tensor):
            found = {"direction": "input", "kind": kind, **ranges([tensor], None)}
            training = loaders.state.training or loaders.state.last
            if training is not None and training.place is not None:
                found["source"] = training.place
            return found
    return None


def of_parameters() -> dict[str, Any] | None:
    for root in captures.roots():
        for module in root.modules():
            for parameter in module._parameters.values():
                if parameter is not None and not replay.finite(parameter):
                    found = _about(module)
                    found.update(
                        direction="parameter", module=parameters.names.get(id(parameter), found["module"])
                    )
                    found.update(ranges([parameter], None))
                    return found
    return None


def _about(module: Any) -> dict[str, Any]:
    """The fields that name a module."""
    where = place_of(module)
    found = {
        "layer": parameters.layer_index.get(id(module), -1),
        "module": _name(module),
        "kind": type(module).__name__,
    }
    return found if where is None else {**found, "source": where}


def _name(module: Any) -> str:
    for root in captures.roots():
        for name, each in root.named_modules():
            if each is module:
                return str(name)
    return ""


def _of_forward(
    calls: list[Call], loss: torch.Tensor | None, where: dict[str, Any] | None
) -> dict[str, Any] | None:
    if calls:
        if not _affordable(calls):
            return None
        forward = Forward(calls, user_frame())
        if not forward.finite:
            return of_operation(forward)
    return of_loss_function() or _of_graph(loss, where)


def of_operation(forward: Forward) -> dict[str, Any] | None:
    """The operation of a module that made the first non-finite number."""
    event = forward.event
    if event is None or event.module is None:
        return None
    found = _about(forward.copies.originals[id(event.module)])
    found.update(event.range, direction="forward", operation=event.operation)
    return found if event.place is None else {**found, "source": event.place}


def of_loss_function() -> dict[str, Any] | None:
    """A loss function that makes a non-finite number of finite ones."""
    for given in step_losses.given:
        kept = given.input()
        if isinstance(kept, torch.Tensor) and replay.finite(kept):
            result = given.again(kept)
            if not replay.finite(result):
                found = {"direction": "loss", "kind": given.call.function, "operation": given.call.function}
                found.update(ranges([kept], result))
                return found if given.call.place is None else {**found, "source": given.call.place}
    return None


def _of_graph(loss: torch.Tensor | None, where: dict[str, Any] | None) -> dict[str, Any] | None:
    """The user's own operations between the models and the loss: the farthest that is proven guilty."""
    guilty = [
        node
        for node in graph_operations.nodes(loss.grad_fn if loss is not None else None, set())
        if graph_operations.makes_non_finite(node)
    ]
    if not guilty:
        return None
    name = graph_operations.name_of(guilty[-1])
    found: dict[str, Any] = {"direction": "loss", "kind": "loss", "operation": name}
    where = operation_line.find(user_frame(), name) or where
    return found if where is None else {**found, "source": where}


@guarded("origin")
def after_backward(loss: torch.Tensor, where: dict[str, Any] | None) -> None:
    """Looks at one small gradient of each optimizer; the loss was finite."""
    if _done or not _bad_gradient():
        return
    _done.append(True)
    nonfinite.suspect()
    calls = list(captures.calls)
    if calls and _affordable(calls):
        found = of_gradient(Differentiated(calls, user_frame()), loss, where)
        if found is not None:
            _send(found)


def _bad_gradient() -> bool:
    for watch in list(watches.values()):
        held = _sentinels.get(watch.id)
        if held is None or held[0] != watch.size:
            held = _sentinels[watch.id] = (watch.size, _sentinels_of(watch.parameters()))
        for reference in held[1]:
            parameter = reference()
            grad = None if parameter is None else parameter.grad
            if grad is not None and not grad.is_sparse:
                total = grad.sum().item()
                if total - total != 0:
                    return True
    return False


def _sentinels_of(held: list[torch.Tensor]) -> list[Any]:
    """A small parameter of an early layer: what goes wrong in a backward pass arrives there."""
    small = [
        each
        for each in held[:8]
        if each.is_cpu and each.requires_grad and 0 < each.numel() <= LARGEST_SENTINEL
    ]
    return [weakref.ref(each) for each in small[:1]]


def of_gradient(
    ran: Differentiated, loss: torch.Tensor | None, where: dict[str, Any] | None
) -> dict[str, Any] | None:
    """The loss function, the module or the operation that makes the first non-finite gradient."""
    if ran.comes_in_bad():
        given = ran.loss
        if given is None:
            return None
        found: dict[str, Any] = {"direction": "backward", "kind": given.call.function}
        found["operation"] = given.call.function
        return found if given.call.place is None else {**found, "source": given.call.place}
    guilty = ran.module()
    if guilty is not None:
        found = _about(ran.copies.originals[id(guilty.module)])
        return {**found, "direction": "backward", **ran.facts(guilty)}
    for node in graph_operations.nodes(loss.grad_fn if loss is not None else None, set()):
        if graph_operations.may_have_sharp_gradient(node):
            name = graph_operations.name_of(node)
            found = {"direction": "backward", "kind": "loss", "operation": name}
            where = operation_line.find(user_frame(), name) or where
            return found if where is None else {**found, "source": where}
    return None


@guarded("origin")
def _never_went_back() -> None:
    """The script ends, perhaps because it saw the loss itself."""
    last = step_losses.given[-1] if step_losses.given else None
    if last is not None and not math.isfinite(last.value):
        nonfinite.seen("loss", session.step, [], last.call.place)
        of_loss(last.result(), last.call.place)


session.on_close.insert(0, _never_went_back)
