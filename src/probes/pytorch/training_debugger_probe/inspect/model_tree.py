"""Models as trees of modules, with what their parameters and gradients are like."""

from __future__ import annotations

from types import FrameType
from typing import Any, Iterator

import torch

from .. import layers, updates
from ..watches import watches
from . import containers, naming, statistics, tensors, values
from .references import Item, Members
from .statistics import number

_MACHINERY = frozenset(vars(torch.nn.Module()))
"""What every module has: its parts and hooks."""


def roots() -> list[tuple[str, Any]]:
    """Each model that is trained, and what its layers' names begin with."""
    held = [each for watch in list(watches.values()) for each in watch.parameters()]
    return layers.named_roots(layers.roots(held))


def tree(frame: FrameType | None) -> Members | None:
    """A single model is shown by its parts."""
    named = roots()
    if len(named) == 1:
        return members(named[0][1], naming.expression_of(named[0][1], frame))
    return Members.of(values.item(prefix, root, naming.expression_of(root, frame)) for prefix, root in named)


def line(module: Any) -> str:
    """`Linear · 1,290 parameters · training`."""
    held = list(module.parameters())
    count = sum(each.numel() for each in held if not _unborn(each))
    frozen = "" if not held or any(each.requires_grad for each in held) else " · frozen"
    mode = "training" if module.training else "evaluation"
    return f"{type(module).__name__} · {count:,} parameters · {mode}{frozen}"


def _unborn(parameter: torch.Tensor) -> bool:
    """A lazy parameter, which has no shape yet."""
    return hasattr(parameter, "materialize")


def members(module: Any, expression: str | None) -> Members | None:
    """Its parts, its parameters, its buffers, and what else it has."""
    made = list(_parts(module, expression))

    def page(start: int, stop: int) -> list[Item]:
        return [make(*given) for make, *given in made[start:stop]]

    if len(made) <= containers.MOST_NAMED:
        return Members(lambda: page(0, len(made))) if made else None
    return Members(page=page, count=len(made))


def _parts(module: Any, expression: str | None) -> Iterator[tuple[Any, ...]]:
    """How each line is made, and of what."""
    own = vars(module)
    for kind, make in (("_modules", values.item), ("_parameters", parameter), ("_buffers", values.item)):
        for name, part in own[kind].items():
            if part is not None:
                yield make, name, part, _part(module, expression, name)
    others = containers.attributes(module, expression, _MACHINERY)
    if others is not None:
        yield Item, "attributes", "", "", others


def _part(module: Any, expression: str | None, name: str) -> str | None:
    if name.isdigit() and isinstance(module, (torch.nn.Sequential, torch.nn.ModuleList)):
        return containers.join(expression, f"[{name}]")
    return containers.attribute_of(expression, name)


def parameter(name: str, held: torch.Tensor, expression: str | None) -> Item:
    if _unborn(held):
        return Item(name, "not initialized yet", type(held).__name__, expression=expression)
    found = statistics.of(held)
    parts = [tensors.facts(held)]
    if found is not None:
        parts += [f"norm {number(found.norm)}", *_training(held), f"{found.non_finite} non-finite"]
        parts += [f"sampled {found.count}"] if found.sampled else []
    inside = Members(lambda: _numbers(held, expression))
    return Item(name, " · ".join(parts), type(held).__name__, inside, expression)


def _training(held: torch.Tensor) -> list[str]:
    gradient = statistics.of(held.grad) if held.grad is not None else None
    ratio = updates.latest_ratio(held)
    parts = ["frozen"] if not held.requires_grad else []
    parts += [f"gradient {number(gradient.norm)}"] if gradient is not None else []
    return parts + ([f"update {number(ratio)}"] if ratio is not None else [])


def _numbers(held: torch.Tensor, expression: str | None) -> list[Item]:
    found = [values.item("data", held.detach(), containers.attribute_of(expression, "data"))]
    if held.grad is not None:
        found.append(values.item("gradient", held.grad, containers.attribute_of(expression, "grad")))
        norm = statistics.of(held.grad)
        if norm is not None:
            found.append(Item("gradient norm", number(norm.norm) + norm.note))
    ratio = updates.latest_ratio(held)
    if ratio is not None:
        found.append(Item("update ratio", number(ratio)))
    return found + tensors.numbers(statistics.of(held))


values.kinds[torch.nn.Module] = values.Kind(line, members, values.type_name)
values.kinds[torch.nn.Parameter] = values.kinds[torch.Tensor]
