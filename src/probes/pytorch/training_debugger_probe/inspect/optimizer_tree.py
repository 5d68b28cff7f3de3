"""Optimizers: their parameter groups with editable options, their schedules, what they keep of each
parameter.
"""

from __future__ import annotations

from types import FrameType
from typing import Any

import torch

from .. import scheduler_options, schedulers, watches
from ..parameters import parameters
from ..watches import Watch
from . import containers, naming, options, statistics, values
from .containers import join
from .references import Item, Members
from .statistics import number

SWITCHES = {"foreach", "fused", "capturable", "differentiable", "maximize", "decoupled_weight_decay"}
"""Options of how torch computes, shown only where they are on."""


def tree(frame: FrameType | None) -> Members | None:
    known = [(watch, watch.optimizer) for watch in list(watches.watches.values())]
    return Members.of(_optimizer(watch, found, frame) for watch, found in known if found is not None)


def _optimizer(watch: Watch, optimizer: Any, frame: FrameType | None) -> Item:
    path = naming.expression_of(optimizer, frame)
    return Item(path or watch.name, line(optimizer), watch.name, members(optimizer, path), path)


def line(optimizer: Any) -> str:
    rates = ", ".join(_shown(group["lr"]) for group in optimizer.param_groups[:4] if "lr" in group)
    count = sum(len(group["params"]) for group in optimizer.param_groups)
    return f"{type(optimizer).__name__} · lr {rates} · {count} parameters"


def _shown(value: Any) -> str:
    return number(value.item()) if isinstance(value, torch.Tensor) and value.numel() == 1 else number(value)


def members(optimizer: Any, expression: str | None) -> Members:
    def make() -> list[Item]:
        groups = [_group(optimizer, index, expression) for index in range(len(optimizer.param_groups))]
        watch = watches.find(optimizer)
        schedules = _schedules(watch) if watch is not None else []
        kept = _state(optimizer, join(expression, ".state"))
        return groups + schedules + ([kept] if kept is not None else [])

    return Members(make)


def _group(optimizer: Any, index: int, expression: str | None) -> Item:
    group = optimizer.param_groups[index]
    path = f"{expression or type(optimizer).__name__}.param_groups[{index}]"
    shown = [f"{name} {_shown(group[name])}" for name in ("lr",) if name in group]

    def make() -> list[Item]:
        names = [name for name in group if name != "params" and (group[name] or name not in SWITCHES)]
        found = [_option(group, name, f"{path}[{name!r}]", expression is not None) for name in names]
        return [*found, _held(group["params"], join(expression, f".param_groups[{index}]['params']"))]

    line = " · ".join([*shown, f"{len(group['params'])} parameters"])
    return Item(f"param_groups[{index}]", line, "dict", Members(make), path if expression else None)


def _option(group: dict[str, Any], name: str, path: str, written: bool) -> Item:
    value = group[name]
    found = values.item(name, value, path)
    if isinstance(value, torch.Tensor) and value.numel() == 1:
        found = Item(name, f"{_shown(value)} (tensor)", "Tensor", expression=path)
    found.put = options.setter(group, name)
    return found


def _held(held: list[torch.Tensor], expression: str | None) -> Item:
    def pairs(start: int, stop: int) -> Any:
        for index in range(start, min(stop, len(held))):
            name = parameters.names.get(id(held[index]), f"[{index}]")
            yield name, held[index], join(expression, f"[{index}]")

    return Item("params", f"{len(held)} tensors", "list", containers.members(pairs, len(held)), expression)


def _schedules(watch: Watch) -> list[Item]:
    return [_schedule(each.reference(), each.calls) for each in schedulers.of(watch)]


def _schedule(scheduler: Any, calls: int) -> Item:
    found = [Item(name, str(value)) for name, value in scheduler_options.of(scheduler).items()]
    rates = ", ".join(map(_shown, getattr(scheduler, "_last_lr", None) or []))
    found = [Item("calls", str(calls)), Item("last learning rate", rates or "not set yet"), *found]
    line = f"called {calls} times; sets lr at its next call"
    return Item(
        "schedule", f"{type(scheduler).__name__} · {line}", type(scheduler).__name__, Members.of(found)
    )


def _state(optimizer: Any, expression: str | None) -> Item | None:
    """One line for each parameter: what is kept of it, by norm."""
    held = [each for group in optimizer.param_groups for each in group["params"] if each in optimizer.state]
    if not held:
        return None

    def page(start: int, stop: int) -> list[Item]:
        return [_kept(each, optimizer.state[each]) for each in held[start:stop]]

    inside = Members(lambda: page(0, len(held)))
    if len(held) > containers.MOST_NAMED:
        inside = Members(page=page, count=len(held))
    return Item("state", f"{len(held)} parameters", "dict", inside, expression)


def _kept(parameter: torch.Tensor, state: dict[str, Any]) -> Item:
    parts = []
    for name, value in state.items():
        found = statistics.of(value) if isinstance(value, torch.Tensor) and value.numel() > 1 else None
        parts.append(f"{name} norm {number(found.norm)}" if found is not None else f"{name} {_plain(value)}")
    name = parameters.names.get(id(parameter), "parameter")
    return Item(name, " · ".join(parts), "dict", values.kind_of(state).members(state, None))


def _plain(value: Any) -> str:
    return values.short(value) if not isinstance(value, torch.Tensor) else _shown(value)


values.kinds[torch.optim.Optimizer] = values.Kind(line, members, values.type_name)
