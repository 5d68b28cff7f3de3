"""What each module was given and gave while the step in progress is computed again."""

from __future__ import annotations

from typing import Any, Sequence

import torch

from .. import layers, replay
from ..captures import tensors_in
from ..forward_origin import Forward, Trail, span
from ..gradient_origin import Differentiated, Ran, leaving
from ..wire import number
from . import model_tree


class Ranges(Trail):
    """The modules of a forward pass in the order in which they end, by their copies."""

    def __init__(self) -> None:
        super().__init__()
        self.modules: list[tuple[Any, dict[str, Any]]] = []
        self._given: list[dict[str, Any]] = []

    def begins(self, module: Any, args: Any) -> None:
        self._given.append(span("input", _numeric(args)))

    def ends(self, module: Any, output: Any) -> None:
        super().ends(module, output)
        self.modules.append((module, {**self._given.pop(), **span("output", _numeric(output))}))

    def until_event(self, forward: Forward) -> tuple[list[dict[str, Any]], int]:
        """The modules up to the one of the event, and its place; all of them where it is none's."""
        event = forward.event
        found = [(forward.copies.originals[id(module)], facts) for module, facts in self.modules]
        if event is None or event.module is None:
            return described(found), -1
        ends = range(event.after, len(found))
        last = next((at for at in ends if self.modules[at][0] is event.module), -1)
        return described(found[: last + 1] if last >= 0 else found), last


def _numeric(value: Any) -> list[torch.Tensor]:
    return [each for each in tensors_in(value) if each.dtype != torch.bool and not each.is_complex()]


def gradients(ran: Differentiated, guilty: Ran | None) -> tuple[list[dict[str, Any]], int]:
    """The modules that a finite gradient came to, in the order in which a backward pass is done with them,
    and the place of the guilty one. What they were given and gave are gradients.
    """
    if guilty is None and ran.loss is None:
        return [], -1  # these gradients are not those of the user's loss
    order = sorted(ran.calls, key=lambda each: -each.began)
    order = order[: order.index(guilty) + 1] if guilty is not None else order
    shown = [each for each in order if replay.finite(_grads(ran, each.outputs))]
    facts = [
        {**span("input", _grads(ran, each.outputs)), **span("output", _grads(ran, leaving(each)))}
        for each in shown
    ]
    originals = [ran.copies.originals[id(each.module)] for each in shown]
    return described(list(zip(originals, facts))), len(shown) - 1 if guilty is not None else -1


def _grads(ran: Differentiated, tensors: list[torch.Tensor]) -> list[torch.Tensor]:
    found = {id(each): ran.grads.get(id(each)) for each in tensors}
    return [grad for grad in found.values() if grad is not None]


def described(found: Sequence[tuple[Any, dict[str, Any]]]) -> list[dict[str, Any]]:
    """As they travel, by the names of the layers."""
    names = {
        id(module): layers.join(prefix, name)
        for prefix, root in model_tree.roots()
        for name, module in root.named_modules()
    }
    return [_described(names.get(id(module), ""), module, facts) for module, facts in found]


def _described(name: str, module: Any, facts: dict[str, Any]) -> dict[str, Any]:
    entry: dict[str, Any] = {"name": name, "kind": type(module).__name__}
    entry.update({key: number(value) for key, value in facts.items()})
    where = layers.place_of(module)
    return entry if where is None else {**entry, "source": where}
