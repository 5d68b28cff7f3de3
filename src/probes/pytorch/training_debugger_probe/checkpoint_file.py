"""A checkpoint: the whole state of a training in one file that torch loads with `weights_only=True`.

A dictionary with `models` (state by prefix, the empty one for a single model), `optimizers` and `schedulers`
(state by number), `names` (their classes), `scaler`, `random` (see `generators`), `step`, `epoch`,
`validationLoss`.
"""

from __future__ import annotations

import os
from typing import Any

import torch

from . import amp, captures, layers, loaders, schedulers
from .generators import Generators
from .past import past
from .session import session
from .watches import Watch, watches

_LEFT_OUT = object()


def models() -> list[tuple[str, Any]]:
    """The models with their prefixes; none where a state cannot be had without the other ranks."""
    found = layers.roots([each for watch in list(watches.values()) for each in watch.parameters()])
    sharded = any(hasattr(parameter, "_local_tensor") for model in found for parameter in model.parameters())
    flat = any("Fully" in type(part).__name__ for model in found for part in model.modules())
    return [] if sharded or flat or not found else layers.named_roots(found)


def optimizers() -> list[Watch]:
    """In the order they were built."""
    found = [each for each in list(watches.values()) if each.optimizer is not None]
    return sorted(found, key=lambda each: each.id)


def content(named: list[tuple[str, Any]], loss: float | None) -> dict[str, Any]:
    held, scheduled = optimizers(), schedulers.live()
    scaler = amp.used()
    return {
        "models": {prefix: model.state_dict() for prefix, model in named},
        "optimizers": {each.id: plain(each.optimizer.state_dict()) for each in held},
        "schedulers": {index: plain(each.state_dict()) for index, each in enumerate(scheduled)},
        "names": {
            "optimizers": [each.name for each in held],
            "schedulers": [type(each).__name__ for each in scheduled],
        },
        "scaler": None if scaler is None else plain(scaler.state_dict()),
        "random": _random(),
        "step": past.step(),
        "epoch": loaders.last_epoch(),
        "validationLoss": loss,
    }


def _random() -> dict[str, Any]:
    """Of torch on the CPU as it was when the step in progress began: it will be computed again."""
    saved = Generators().saved()
    if captures.calls and not past.is_past():
        saved["torch"] = captures.calls[0].random
    return saved


def plain(value: Any) -> Any:
    """What every torch loads without running code; anything else is left out of its dictionary or list."""
    if value is None or isinstance(value, (torch.Tensor, bool)):
        return value
    for kind in (int, float, str):
        if isinstance(value, kind):
            return kind(value)
    if isinstance(value, dict):
        items = ((key, plain(each)) for key, each in value.items())
        return {key: each for key, each in items if each is not _LEFT_OUT}
    if isinstance(value, (list, tuple)):
        found = [plain(each) for each in value]
        return _LEFT_OUT if any(each is _LEFT_OUT for each in found) else type(value)(found)
    return _LEFT_OUT


def merged(current: Any, saved: Any) -> Any:
    """The saved state, in the kinds of containers that the current has, and with what was left out."""
    if isinstance(current, dict) and isinstance(saved, dict):
        if type(current) is not dict:
            return type(current)(saved)
        return {**current, **{key: merged(current.get(key), each) for key, each in saved.items()}}
    if isinstance(current, list) and isinstance(saved, list) and len(current) == len(saved):
        return [merged(one, other) for one, other in zip(current, saved)]
    return saved


def write(file: str, saved: dict[str, Any]) -> None:
    """Writes beside the file and renames, so that there is always a whole one. Raises OSError."""
    os.makedirs(os.path.dirname(os.path.abspath(file)), exist_ok=True)
    part = f"{file}.{os.getpid()}.part"
    try:
        torch.save(saved, part)
        os.replace(part, file)
    except BaseException:
        if os.path.exists(part):
            os.remove(part)
        raise


def say(kind: str, file: str, step: int) -> None:
    session.send({"type": "checkpoint", "kind": kind, "file": file, "step": step})
