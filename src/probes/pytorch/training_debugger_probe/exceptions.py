"""The exception that ends the script, with the frames of the user's own files."""

from __future__ import annotations

import sys
from typing import Any

from .session import session
from .source import absolute, is_user_file, place_of


def report(error: BaseException, main: bool) -> None:
    """Sends the exception; when nothing is connected yet, only the main script's is worth a connection."""
    if isinstance(error, (KeyboardInterrupt, SystemExit)):
        return
    frames = frames_of(error)
    failures = sys.modules.get(f"{__package__}.loss_failures")
    if failures is not None:
        failures.tell(error)
    if not session.active and main and frames:
        session.open()
    if session.active:
        kind = type(error)
        name = (
            kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
        )
        session.send({"type": "exception", "kind": name, "message": str(error)[:20_000], "frames": frames})


def frames_of(error: BaseException) -> list[dict[str, Any]]:
    """Innermost last; a syntax error counts as a frame at the line it is on."""
    frames = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if is_user_file(code.co_filename):
            frames.append(place_of(code, trace.tb_lineno))
        trace = trace.tb_next
    if isinstance(error, SyntaxError) and error.filename and error.lineno and is_user_file(error.filename):
        frames.append({"file": absolute(error.filename), "line": error.lineno})
    return frames
