"""The best checkpoint by validation loss and the last one at a graceful stop, kept for the user.

Written by rank 0 into `TRAINING_DEBUGGER_CHECKPOINTS` as `best.pt` and `last.pt`: a dictionary with `models`
(state by prefix, the empty one for a single model), `optimizers` (state by id), `step`, `epoch`,
`validationLoss`. A better checkpoint is only written while all writing so far, and the time this one is
expected to take, stay within the budget's share of the training so far; the last one always.
"""

from __future__ import annotations

import math
import os
from typing import Any

import torch

from . import control, layers, loaders, validation
from .guard import guarded
from .sampling import BUDGET
from .session import session
from .timing import clock
from .watches import watches

BYTES_PER_SECOND = 200e6
"""Assumed before the first is written."""
FREE_SECONDS = 0.05
"""What may be spent at any time."""


class Checkpoints:
    def __init__(self) -> None:
        self.best = math.inf
        self.spent = 0.0
        self.rate = BYTES_PER_SECOND

    def offer(self, loss: float) -> None:
        """A validation ended with this loss."""
        if not loss < self.best or session.step == 0:
            return
        models = _models()
        if not models or not self._affordable(_bytes(models)):
            return
        self.best = loss
        self.write("best", models, loss)

    def _affordable(self, size: int) -> bool:
        allowed = FREE_SECONDS + BUDGET * session.now()
        return self.spent + size / self.rate <= allowed

    def write(self, kind: str, models: list[tuple[str, Any]], loss: float | None) -> None:
        """Writes beside the file and renames, so that there is always a whole one."""
        folder = os.environ["TRAINING_DEBUGGER_CHECKPOINTS"]
        os.makedirs(folder, exist_ok=True)
        file = os.path.join(folder, kind + ".pt")
        start = clock()
        part = f"{file}.{os.getpid()}.part"
        torch.save(_content(models, loss), part)
        self.rate = max(1e6, os.path.getsize(part) / max(1e-6, clock() - start))
        os.replace(part, file)
        self.spent += clock() - start
        session.send({"type": "checkpoint", "kind": kind, "file": file, "step": session.step})


checkpoints = Checkpoints()


def _models() -> list[tuple[str, Any]]:
    """The models with their prefixes; none where a state cannot be had without the other ranks."""
    found = [model for model in (reference() for reference in validation.models) if model is not None]
    sharded = any(hasattr(parameter, "_local_tensor") for model in found for parameter in model.parameters())
    named = layers.named_roots(found) if found else []
    flat = any("Fully" in type(part).__name__ for model in found for part in model.modules())
    return [] if sharded or flat else named


def _bytes(models: list[tuple[str, Any]]) -> int:
    """Of the parameters, and about as much twice for the optimizer's state."""
    return 3 * sum(
        int(each.numel()) * int(each.element_size()) for _, model in models for each in model.parameters()
    )


def _content(models: list[tuple[str, Any]], loss: float | None) -> dict[str, Any]:
    return {
        "models": {prefix: model.state_dict() for prefix, model in models},
        "optimizers": {watch.id: watch.optimizer.state_dict() for watch in list(watches.values())},
        "step": session.step,
        "epoch": loaders.last_epoch(),
        "validationLoss": loss,
    }


@guarded("checkpoints")
def _validated(loss: float) -> None:
    checkpoints.offer(loss)


@guarded("checkpoints")
def _stopping() -> None:
    models = _models()
    if models:
        checkpoints.write("last", models, None)


def install() -> None:
    """Nothing is kept where no folder was named, and by rank 0 alone."""
    if os.environ.get("TRAINING_DEBUGGER_CHECKPOINTS") and os.environ.get("RANK", "0") == "0":
        validation.on_end.append(_validated)
        control.before_stop.append(_stopping)
