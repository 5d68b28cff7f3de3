"""The training loss: the scalar that `backward()` is called on, by call site, summed until the optimizer
steps.
"""

from __future__ import annotations

from typing import Any, Callable, Sequence

import torch

from . import (
    activations,
    amp,
    captures,
    clearing,
    differences,
    doubtful,
    idle,
    labels,
    likelihood,
    moving_targets,
    nonfinite,
    origins,
    recorder,
    retained,
    validation,
)
from .graph import calls, origin
from .guard import guarded
from .loss_calls import LossCall
from .observable import clear, is_compiling, is_scalar
from .patching import replace
from .session import session
from .source import place, user_frame
from .steps import Record
from .timing import clock, timing
from .wire import number

MOST_SITES = 32


class Site:
    """A line that calls `backward()`, and the loss function behind what it is called on."""

    def __init__(self, identity: int, label: str, where: dict[str, Any] | None) -> None:
        self.id = identity
        self.series = "loss" if identity == 0 else f"loss/{identity}"
        self.label = label
        self.place = where
        self.call: LossCall | None = None
        self.terms: list[LossCall] = []
        """Further loss functions that the scalar is computed from."""
        self.linear = False
        """True when the scalar is the function's result times constants."""
        self.shapes: dict[str, Any] = {}
        """Of a difference that the script writes out and that broadcasts."""
        self.log_probability = False
        """True when it is a log-probability that lacks its minus."""
        self.first = 0.0
        """First value that went backward."""
        self.said: dict[str, Any] | None = None
        """The `loss` message, once it was sent."""


sites: dict[tuple[str, int], Site] = {}
"""By file and line: a code object would keep what torch.compile ties to it."""
pending: list[tuple[Site, float | torch.Tensor]] = []
"""Losses that went backward since the last optimizer step; tensors where reading would make a device wait."""
_under_way: list[tuple[torch.Tensor, dict[str, Any] | None]] = []
"""The losses that the backward pass began with, and their lines."""
on_begin: list[Callable[[Any, Any], Any]] = []
"""Told before every backward pass, also of scripts that are not observed yet; true leaves the pass alone."""
on_end: list[Callable[[], None]] = []
"""Told when a backward pass has ended."""
running = [False]
"""True while a backward pass runs: activation checkpointing computes losses again in it."""


def install(torch_module: Any) -> None:
    doubtful.install(torch_module)
    replace(torch_module.Tensor, "backward", _make)
    replace(torch_module.autograd, "backward", _make)


def _make(original: Callable[..., Any]) -> Any:
    def backward(*args: Any, **kwargs: Any) -> Any:
        if is_compiling() or running[0] or not clear():
            return original(*args, **kwargs)
        unseen = any([begins(args, kwargs) for begins in on_begin]) or not session.active
        running[0] = True  # `Tensor.backward` calls the other one
        if unseen:
            try:
                return original(*args, **kwargs)
            finally:
                running[0] = False
        start = clock()
        try:
            _begin(args, kwargs)
            start = clock()
            result = original(*args, **kwargs)
        finally:
            timing.went_back(start, clock())
            _end()
            idle.backward_ended()
            running[0] = False
        for told in on_end:
            told()
        return result

    return backward


@guarded("loss")
def _begin(args: Any, kwargs: dict[str, Any]) -> None:
    tensors = args[0] if args else kwargs.get("tensors")
    validation.went_back(tensors)
    clearing.backward_begins()
    idle.backward_begins()
    activations.end()
    captures.arm()
    for tensor in tensors if isinstance(tensors, (list, tuple)) else (tensors,):
        if is_scalar(tensor):
            _take(tensor)
    if recorder.now:
        recorder.backward(tensors, _is_plain(args, kwargs), pending[-1][0].series if pending else "loss")


def _is_plain(args: Any, kwargs: dict[str, Any]) -> bool:
    """Whether nothing is asked for but the gradients of the parameters."""
    more = (kwargs.get(name) for name in ("gradient", "grad_tensors", "create_graph", "inputs"))
    return len(args) <= 1 and all(each is None or each is False for each in more)


def _take(loss: torch.Tensor) -> None:
    retained.follow(loss)
    frame = user_frame()
    key = (frame.f_code.co_filename, frame.f_lineno) if frame is not None else ("", 0)
    site = sites.get(key)
    unscaled = amp.unscaled(loss)
    plain = unscaled.detach()
    if site is None:
        if len(sites) >= MOST_SITES:
            return
        site = sites[key] = Site(len(sites), labels.label(frame), place(frame))
        site.call, site.linear = origin(loss)
        if not site.linear:
            site.terms = [call for call in calls(loss) if call is not site.call]
        if site.call is None:
            site.shapes = differences.broadcast(loss)
            site.log_probability = bool(likelihood.is_minimised(loss))
        site.first = float(plain.item())
    if not plain.is_cpu:
        pending.append((site, plain.clone()))
        return
    value = float(plain.item())
    pending.append((site, value))
    where = site.call.place if site.call else site.place
    if not _finite(value):
        nonfinite.seen("loss", session.step, [], where)
        origins.of_loss(loss, where)
    elif unscaled is loss:
        _under_way.append((loss, where))


def _end() -> None:
    """The backward pass of finite losses is done: of scaled ones an infinite gradient is no fault."""
    while _under_way:
        origins.after_backward(*_under_way.pop())


micro_batches = [0]
"""Of the step in progress, once its losses are written."""


def put(record: Record, optimizer: int, resumed: bool) -> None:
    """Writes the gathered losses into the step, and says new losses."""
    by_site: dict[Site, list[float | torch.Tensor]] = {}
    for site, value in pending:
        if site in by_site:
            by_site[site].append(value)
        else:
            by_site[site] = [value]
    for site, values in by_site.items():
        if site.said is None:
            site.said = message(site, len(values), optimizer, resumed)
            session.send(site.said)
        _sum(record, site, values)
    pending.clear()
    micro_batches[0] = max(map(len, by_site.values())) if by_site else 0


def count() -> int:
    """Micro-batches so far of the step in progress."""
    sites_of = [site.id for site, _ in pending]
    return max(map(sites_of.count, sites_of), default=0)


def _sum(record: Record, site: Site, values: Sequence[float | torch.Tensor]) -> None:
    tensors = [value for value in values if isinstance(value, torch.Tensor)]
    if tensors:
        record.read(site.series, tensors)
        return
    total: float = sum(values)  # type: ignore[assignment]
    record.scalars[site.series] = total
    if not _finite(total):
        nonfinite.seen("loss", session.step, [], site.call.place if site.call else site.place)


def _finite(value: float) -> bool:
    return value - value == 0


def message(site: Site, count: int, optimizer: int, resumed: bool) -> dict[str, Any]:
    """The `loss` message: what the scalar is, and the facts of the first batch."""
    found: dict[str, Any] = {
        "type": "loss",
        "id": site.id,
        "series": site.series,
        "label": site.label,
        "optimizer": optimizer,
        "function": "unknown",
        "pure": False,
        **site.shapes,
    }
    if site.log_probability:
        found["logProbability"] = True
    if site.place is not None:
        found["backwardSource"] = site.place
    if site.call is not None:
        found.update(_term(site.call))
        found.update(_purity(site, site.call, count))
        if _is_negated(site, site.call, count):
            found["negated"] = True
        value = {"mean": site.call.mean, "sum": site.call.sum}.get(found.get("reduction", ""))
        if value is not None:
            found["value"] = number(value)
    if site.terms:
        found["terms"] = [_term(call) for call in site.terms]
    if resumed:
        found["resumed"] = True
    return found


def _targets_move(call: LossCall) -> None:
    """Says losses again whose targets are no longer what they were."""
    for site in sites.values():
        if site.call is call and site.said is not None:
            site.said["targetsMove"] = True
            session.send(dict(site.said))


moving_targets.on_move.append(_targets_move)


def _term(call: LossCall) -> dict[str, Any]:
    where = {} if call.place is None else {"source": call.place}
    return {**call.facts, "function": call.function, **where}


def _purity(site: Site, call: LossCall, count: int) -> dict[str, Any]:
    """Whether the step's loss is the mean (or else the sum) that the function computes over the batch.

    A loss divided by the number of micro-batches is, summed over them, the mean again; and a sum divided by
    its number of elements is a mean.
    """
    if not site.linear:
        return {"pure": False}
    for reduction, value in (("mean", call.mean), ("sum", call.sum)):
        if value is not None and _close(site.first * count, value, 1e-3 if count == 1 else 0.25):
            return {"pure": True, "reduction": reduction}
    return {"pure": False}


def _is_negated(site: Site, call: LossCall, count: int) -> bool:
    return site.linear and any(
        value is not None and value > 0 and _close(-site.first * times, value, 1e-3)
        for value in (call.mean, call.sum)
        for times in (1, count)
    )


def _close(left: float, right: float, tolerance: float) -> bool:
    return left == right or abs(left - right) <= tolerance * max(abs(left), abs(right))
