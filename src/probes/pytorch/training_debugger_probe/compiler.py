"""torch.compile: its frame evaluation passes over the probe's own functions, so that no graph is made of
them.
"""

from __future__ import annotations

import sys
from types import CodeType, FunctionType
from typing import Any, Iterator

from . import guard, patching


def leave_probe_alone(dynamo: Any) -> None:
    """Runs when `torch._dynamo` was imported: wrappers are skipped, what they call is out of its sight."""
    frames = sys.modules.get("torch._dynamo.eval_frame")
    guard.out_of_sight = getattr(frames, "set_eval_frame", None)
    skip = getattr(frames, "skip_code", None)
    if skip is not None:
        patching.unseen = skip
        for code in _codes():
            skip(code)


def _codes() -> Iterator[CodeType]:
    yield from patching.codes()
    for name, module in list(sys.modules.items()):
        if name == __package__ or name.startswith(f"{__package__}."):
            for value in list(vars(module).values()):
                yield from _of(value)


def _of(value: Any) -> Iterator[CodeType]:
    if isinstance(value, type):
        for member in list(vars(value).values()):
            yield from _of(getattr(member, "fget", member))
    elif isinstance(value, FunctionType) and value.__module__.startswith(str(__package__)):
        yield from _nested(value.__code__)
        for cell in value.__closure__ or ():
            if isinstance(cell.cell_contents, FunctionType):
                yield from _of(cell.cell_contents)


def _nested(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _nested(constant)
