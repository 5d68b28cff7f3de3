"""Places in the user's own code: the innermost frame that is neither Python's, nor a package's, nor ours."""

from __future__ import annotations

import os
import sys
import sysconfig
from inspect import CO_OPTIMIZED
from types import CodeType, FrameType
from typing import Any, Iterator

START = os.getcwd()
OURS = os.path.dirname(os.path.abspath(__file__)) + os.sep
_foreign = tuple(
    {sysconfig.get_paths()[name] + os.sep for name in ("stdlib", "platstdlib")}
    | {OURS, os.path.dirname(os.path.abspath(os.__file__)) + os.sep}
)
_PACKAGES = (os.sep + "site-packages" + os.sep, os.sep + "dist-packages" + os.sep)
_known: dict[str, bool] = {}


def absolute(file: str) -> str:
    """The file as an absolute path; old Pythons name the script as it was typed."""
    return os.path.normpath(os.path.join(START, file))


def is_user_file(file: str) -> bool:
    known = _known.get(file)
    if known is None:
        known = _known[file] = _looks_like_users(file)
    return known


def _looks_like_users(file: str) -> bool:
    if file.startswith("<"):
        return False
    path = absolute(file)
    return not path.startswith(_foreign) and not any(part in path for part in _PACKAGES)


def user_frame(depth: int = 1) -> FrameType | None:
    """The innermost frame of the user's own, or None when no such code is on the stack."""
    frame: FrameType | None = sys._getframe(depth)
    known = _known
    while frame is not None:
        file = frame.f_code.co_filename
        mine = known.get(file)
        if mine is None:
            mine = is_user_file(file)
        if mine:
            return frame
        frame = frame.f_back
    return None


def user_frames(frame: FrameType | None) -> Iterator[FrameType]:
    """The user's own frames from `frame` outwards."""
    while frame is not None:
        if is_user_file(frame.f_code.co_filename):
            yield frame
        frame = frame.f_back


def place_of(code: CodeType, line: int) -> dict[str, Any]:
    return {"file": absolute(code.co_filename), "line": line, "function": code.co_name}


def place(frame: FrameType | None) -> dict[str, Any] | None:
    """A frame's current line as it travels."""
    return None if frame is None else place_of(frame.f_code, frame.f_lineno)


def user_place(depth: int = 2) -> dict[str, Any] | None:
    return place(user_frame(depth + 1))


def local(frame: FrameType, name: str) -> Any:
    """The value of one variable of a frame, or of its globals; None when there is none.

    Before Python 3.13 asking for the locals of a function leaves a copy on the frame that would keep the
    user's tensors alive; it is emptied again (Python fills it afresh whenever it is asked for).
    """
    values = frame.f_locals
    value = values.get(name)
    if frame.f_code.co_flags & CO_OPTIMIZED and sys.version_info < (3, 13):
        values.clear()
    return frame.f_globals.get(name) if value is None else value


def constructor_place(instance: object, depth: int = 2) -> dict[str, Any] | None:
    """Where the user's code builds `instance`: outside of the `__init__` methods of the instance itself."""
    frame = user_frame(depth + 1)
    while frame is not None and frame.f_code.co_name == "__init__" and _is_self(frame, instance):
        outer = frame.f_back
        frame = next(user_frames(outer), None)
    return place(frame)


def _is_self(frame: FrameType, instance: object) -> bool:
    names = frame.f_code.co_varnames
    return bool(names) and local(frame, names[0]) is instance
