"""The stack of the training thread while it is held, and the variables of its frames."""

from __future__ import annotations

import ctypes
import sys
from inspect import CO_OPTIMIZED
from types import FrameType
from typing import Any

from ..requests import RequestError
from ..source import OURS, absolute, is_user_file, place_of
from ..wire import text

_last = [0]
_known: dict[int, FrameType] = {}
"""By number, since training was held; numbers are never used twice."""


def stack(params: dict[str, Any]) -> dict[str, Any]:
    found = user_stack()
    first = max(0, params["start"])
    page = found[first : first + max(0, params["levels"])] if params["levels"] else found[first:]
    return {"frames": [_describe(each) for each in page], "total": len(found)}


def user_stack() -> list[FrameType]:
    """From the innermost frame of the user's own outwards, without the probe's; every frame where none is
    the user's.
    """
    frames: list[FrameType] = []
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if not absolute(frame.f_code.co_filename).startswith(OURS):
            frames.append(frame)
        frame = frame.f_back
    first = next((at for at, each in enumerate(frames) if is_user_file(each.f_code.co_filename)), 0)
    return frames[first:]


def innermost() -> FrameType | None:
    return next(iter(user_stack()), None)


def _describe(frame: FrameType) -> dict[str, Any]:
    code = frame.f_code
    there = not code.co_filename.startswith("<")
    return {
        "id": _number(frame),
        "name": getattr(code, "co_qualname", code.co_name),
        "source": place_of(code, frame.f_lineno or 1) if there else None,
        "kind": "user" if is_user_file(code.co_filename) else "library",
    }


def _number(frame: FrameType) -> int:
    for number, known in _known.items():
        if known is frame:
            return number
    _last[0] += 1
    _known[_last[0]] = frame
    return _last[0]


def get(number: int) -> FrameType:
    """The frame of that number; of 0 the innermost one of the user's."""
    frame = _known.get(number) if number else innermost()
    if frame is None:
        raise RequestError(text("The training has gone on since."))
    return frame


def forget() -> None:
    _known.clear()


def is_function(frame: FrameType) -> bool:
    """True where locals live in the frame itself; those of a module are its globals."""
    return bool(frame.f_code.co_flags & CO_OPTIMIZED)


def locals_of(frame: FrameType) -> dict[str, Any]:
    """Before Python 3.13 a copy stays on the frame of a function, which would keep the user's tensors alive:
    it is emptied.
    """
    values = frame.f_locals
    found = dict(values)
    if is_function(frame) and sys.version_info < (3, 13):
        values.clear()
    return found


def set_local(frame: FrameType, name: str, value: Any) -> None:
    """Training goes on with the new value."""
    values = frame.f_locals
    values[name] = value
    if is_function(frame) and sys.version_info < (3, 13):
        ctypes.pythonapi.PyFrame_LocalsToFast(ctypes.py_object(frame), ctypes.c_int(0))
        values.clear()


def names_of(frame: FrameType) -> dict[str, Any]:
    """All that an expression in the frame can name: one dictionary, for comprehensions see only globals."""
    return {**frame.f_globals, **locals_of(frame)}
