"""What Lightning and the Hugging Face Trainer are set to train for."""

from __future__ import annotations

import math
from types import FrameType
from typing import Any

from .source import local


def settings(frame: FrameType | None) -> tuple[int | None, int | None] | None:
    """Epochs and all steps, as the framework's loop on the stack says; None when none is on it."""
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        found = None
        if module == "transformers.trainer":
            found = _transformers(local(frame, "self"))
        elif module.endswith("loops.fit_loop"):
            found = _lightning(local(frame, "self"))
        if found is not None:
            return found
        frame = frame.f_back
    return None


def _transformers(trainer: Any) -> tuple[int | None, int | None] | None:
    total = getattr(getattr(trainer, "state", None), "max_steps", 0)
    epochs = getattr(getattr(trainer, "state", None), "num_train_epochs", 0)
    if not isinstance(total, int) or total <= 0:
        return None
    return (math.ceil(epochs) if epochs else None), total


def _lightning(loop: Any) -> tuple[int | None, int | None] | None:
    epochs = getattr(loop, "max_epochs", None)
    total = getattr(loop, "max_steps", None)
    known_epochs = epochs if isinstance(epochs, int) and epochs > 0 else None
    known_total = total if isinstance(total, int) and total > 0 else None
    return (known_epochs, known_total) if known_epochs or known_total else None
