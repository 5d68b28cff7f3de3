"""What the script calls an object of the training: an expression of the user's own."""

from __future__ import annotations

from types import FrameType
from typing import Any, Iterator

import torch

from . import frames
from .containers import stored


def expression_of(wanted: Any, frame: FrameType | None) -> str | None:
    """A variable of the frame, or what one of them carries; None where there is neither."""
    if frame is None:
        return None
    names = frames.names_of(frame)
    plain = next((name for name, value in names.items() if value is wanted), None)
    return plain or next(_carried(names, wanted), None)


def _carried(names: dict[str, Any], wanted: Any) -> Iterator[str]:
    """`self.optimizer`, `model.module`: one step within the variables of the user's own classes."""
    for name, value in names.items():
        if isinstance(value, (type, torch.Tensor)) or type(value).__module__ in ("builtins", "types"):
            continue
        parts = stored(value)
        for part, each in {**parts, **(parts.get("_modules") or {})}.items():
            if each is wanted and part.isidentifier():
                yield f"{name}.{part}"
