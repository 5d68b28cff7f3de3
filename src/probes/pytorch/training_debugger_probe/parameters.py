"""The parameters of the model and their order, which every per-parameter array is in."""

from __future__ import annotations

from typing import Any, Iterable

import torch

from . import initial, layers, runtime
from .session import session


class Parameters:
    """What was last said about layers and parameters."""

    def __init__(self) -> None:
        self.index: dict[int, int] = {}
        """By id of the parameter: its place in the arrays."""
        self.count = 0
        self.names: dict[int, str] = {}
        """By id of the parameter."""
        self.layer_index: dict[int, int] = {}
        """By id of the module: its place in the `layers` message."""
        self.stepped: set[int] = set()
        """Ids of the optimizers that took a step."""
        self._said: list[Any] = [None, None]

    def describe(self, held: dict[int, list[torch.Tensor]]) -> None:
        """Says layers and parameters when they changed. `held`: optimizer id to its parameters."""
        owner = {id(each): optimizer for optimizer, each_list in held.items() for each in each_list}
        everything = [each for each_list in held.values() for each in each_list]
        found = layers.roots(everything)
        named = layers.named_roots(found, layers.left_out(found, initial.known))
        said_layers, self.layer_index = layers.describe(named)
        for optimizer, parameters_of in held.items():
            initial.add(parameters_of, optimizer not in self.stepped)
        for _, root in named:
            initial.add(list(root.parameters()), session.step == 0)
        entries, self.index = _entries(named, self.layer_index, owner)
        _add_strays(entries, self.index, held)
        self.count = len(entries)
        self.names = {key: str(entries[place]["name"]) for key, place in self.index.items()}
        self._say(0, {"type": "layers", "layers": said_layers})
        self._say(1, {"type": "parameters", "parameters": entries})
        runtime.describe(everything)

    def _say(self, slot: int, message: dict[str, Any]) -> None:
        if message != self._said[slot]:
            self._said[slot] = message
            session.send(message)


def _entries(
    named: list[tuple[str, Any]], layer_index: dict[int, int], owner: dict[int, int]
) -> tuple[list[dict[str, Any]], dict[int, int]]:
    entries: list[dict[str, Any]] = []
    index: dict[int, int] = {}
    for prefix, root in named:
        for module_name, module in root.named_modules():
            for name, parameter in module.named_parameters(recurse=False):
                if id(parameter) in index:
                    continue
                index[id(parameter)] = len(entries)
                full = layers.join(prefix, layers.join(module_name, name))
                entries.append(
                    _entry(full, parameter, layer_index.get(id(module), -1), owner.get(id(parameter), -1))
                )
    return entries, index


def _add_strays(
    entries: list[dict[str, Any]], index: dict[int, int], held: dict[int, list[torch.Tensor]]
) -> None:
    """Parameters that an optimizer holds and no module does."""
    for optimizer, parameters in held.items():
        for number, parameter in enumerate(parameters):
            if id(parameter) not in index:
                index[id(parameter)] = len(entries)
                entries.append(_entry(f"optimizer{optimizer}.{number}", parameter, -1, optimizer))


def _entry(name: str, parameter: torch.Tensor, layer: int, optimizer: int) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "name": name,
        "shape": shape(parameter),
        "dtype": dtype(parameter),
        "device": str(parameter.device),
        "layer": layer,
        "optimizer": optimizer,
        "requiresGrad": bool(parameter.requires_grad),
    }
    statistics = initial.of(parameter)
    if statistics is not None:
        entry["initial"] = statistics
    return entry


def shape(tensor: torch.Tensor) -> list[int]:
    """Sizes; empty for a lazy parameter that has none yet."""
    try:
        return [int(size) for size in tensor.shape]
    except (RuntimeError, ValueError):
        return []


def dtype(tensor: torch.Tensor) -> str:
    return str(tensor.dtype).replace("torch.", "")


def flat(groups: Iterable[dict[str, Any]]) -> list[torch.Tensor]:
    """All parameters of an optimizer's groups, in order."""
    return [parameter for group in groups for parameter in group["params"]]


parameters = Parameters()
