"""The best checkpoint by validation loss and the last one at a graceful stop, kept for the user, and those
that a person asks for.

Rank 0 writes the former into `TRAINING_DEBUGGER_CHECKPOINTS` as `best.pt` and `last.pt`. A better one is only
written while all writing so far, and the time this one is expected to take, stay within the budget's share of
the training so far; the last one always.
"""

from __future__ import annotations

import math
import os
from typing import Any

from . import checkpoint_file, control, validation
from .guard import guarded
from .requests import HANDLERS, RequestError
from .sampling import BUDGET
from .session import session
from .timing import clock
from .wire import text

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
        models = checkpoint_file.models()
        if not models or not self._affordable(_bytes(models)):
            return
        self.best = loss
        self.write("best", models, loss)

    def _affordable(self, size: int) -> bool:
        allowed = FREE_SECONDS + BUDGET * session.now()
        return self.spent + size / self.rate <= allowed

    def write(self, kind: str, models: list[tuple[str, Any]], loss: float | None) -> None:
        file = os.path.join(os.environ["TRAINING_DEBUGGER_CHECKPOINTS"], kind + ".pt")
        start = clock()
        saved = checkpoint_file.content(models, loss)
        checkpoint_file.write(file, saved)
        self.rate = max(1e6, os.path.getsize(file) / max(1e-6, clock() - start))
        self.spent += clock() - start
        checkpoint_file.say(kind, file, saved["step"])


checkpoints = Checkpoints()


def _bytes(models: list[tuple[str, Any]]) -> int:
    """Of the parameters, and about as much twice for the optimizer's state."""
    return 3 * sum(
        int(each.numel()) * int(each.element_size()) for _, model in models for each in model.parameters()
    )


def save(params: dict[str, Any]) -> dict[str, Any]:
    """Request `saveCheckpoint`."""
    file = str(params["file"])
    models = checkpoint_file.models()
    if not models:
        raise RequestError(text("There is no model whose state this process has as a whole."))
    saved = checkpoint_file.content(models, None)
    try:
        checkpoint_file.write(file, saved)
    except (OSError, RuntimeError) as error:
        raise RequestError(text("{0} cannot be written: {1}", file, str(error)[:300])) from None
    checkpoint_file.say("saved", file, saved["step"])
    return {"file": file, "step": saved["step"]}


@guarded("checkpoints")
def _validated(loss: float) -> None:
    checkpoints.offer(loss)


@guarded("checkpoints")
def _stopping() -> None:
    models = checkpoint_file.models()
    if models:
        checkpoints.write("last", models, None)


def install() -> None:
    """Nothing is kept where no folder was named, and by rank 0 alone."""
    HANDLERS["saveCheckpoint"] = save
    if os.environ.get("TRAINING_DEBUGGER_CHECKPOINTS") and os.environ.get("RANK", "0") == "0":
        validation.on_end.append(_validated)
        control.before_stop.append(_stopping)
