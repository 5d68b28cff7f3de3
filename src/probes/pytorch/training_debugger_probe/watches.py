"""The optimizers under observation: nothing is ever put on the optimizers themselves."""

from __future__ import annotations

import weakref
from typing import Any

import torch

from .parameters import flat
from .sampling import Sampler
from .source import constructor_place
from .wire import number

Optimizer = Any


class ManualUpdates:
    """Stands for the optimizer that there is none of."""

    def __init__(self, parameters: list[torch.Tensor]) -> None:
        self.param_groups: list[dict[str, Any]] = [{"params": parameters}]
        self.state: dict[Any, Any] = {}

    def state_dict(self) -> dict[str, Any]:
        """What the script keeps for its updates is its own."""
        return {}


class Watch:
    """One optimizer under observation: nothing is ever put on the optimizer itself."""

    def __init__(self, optimizer: Optimizer, identity: int) -> None:
        self.reference = weakref.ref(optimizer)
        self.id = identity
        self.name = type(optimizer).__name__
        self.source = constructor_place(optimizer)
        self.step_source: dict[str, Any] | None = None
        self.suffix = f"/{identity}" if identity else ""
        """What the names of its series end in."""
        self.steps = 0
        self.size = -1
        """Parameters when it was last described."""
        self.resumed = False
        """True when its model was not fresh at its first step: a state was loaded, or updates went unseen."""
        self.opened = False
        """True when the step in progress has measured its gradients."""
        self.gated = False
        """True when the step in progress has a gate."""
        self.gradients = Sampler(0.25)
        self.updates = Sampler(0.25)

    @property
    def optimizer(self) -> Optimizer:
        return self.reference()

    def parameters(self) -> list[torch.Tensor]:
        optimizer = self.optimizer
        return flat(optimizer.param_groups) if optimizer is not None else []

    def message(self) -> dict[str, Any]:
        groups = [
            {"parameters": len(group["params"]), "options": options(group)}
            for group in self.optimizer.param_groups
        ]
        message: dict[str, Any] = {"type": "optimizer", "id": self.id, "name": self.name, "groups": groups}
        if self.source is not None:
            message["source"] = self.source
        if self.step_source is not None:
            message["stepSource"] = self.step_source
        return message


watches: dict[int, Watch] = {}
"""By id of the optimizer."""


_count = [0]


def add(optimizer: Optimizer) -> Watch:
    """Begins to observe an optimizer, until it is gone."""
    watch = Watch(optimizer, _count[0])
    _count[0] += 1
    watches[id(optimizer)] = watch
    weakref.finalize(optimizer, watches.pop, id(optimizer), None).atexit = False
    return watch


def options(group: dict[str, Any]) -> dict[str, Any]:
    """A group's hyperparameters; a tensor on a device is not read for it."""
    return {name: _option(value) for name, value in group.items() if name != "params"}


def _option(value: Any) -> Any:
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, float)):
        return number(value)
    if isinstance(value, torch.Tensor):
        return number(value.item()) if value.is_cpu and value.numel() == 1 else None
    return str(value)[:200]


def find(optimizer: Optimizer) -> Watch | None:
    watch = watches.get(id(optimizer))
    return watch if watch is not None and watch.optimizer is optimizer else None
