"""torch.compile: its frame evaluation passes over the probe's own functions, so that no graph is made of
them.
"""

from __future__ import annotations

import sys
from types import CodeType, FunctionType
from typing import Any, Iterator


def leave_probe_alone(dynamo: Any) -> None:
    """Runs when `torch._dynamo` was imported."""
    frames = sys.modules.get("torch._dynamo.eval_frame")
    skip = getattr(frames, "skip_code", None)
    if skip is None:
        return
    for code in _codes():
        skip(code)


def _codes() -> Iterator[CodeType]:
    for name, module in list(sys.modules.items()):
        if name == __package__ or name.startswith(f"{__package__}."):
            for value in list(vars(module).values()):
                yield from _of(value)


def _of(value: Any) -> Iterator[CodeType]:
    if isinstance(value, FunctionType):
        yield from _nested(value.__code__)
    elif isinstance(value, type):
        for member in vars(value).values():
            if isinstance(member, FunctionType):
                yield from _nested(member.__code__)


def _nested(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _nested(constant)
