"""Runs code of the user's that nobody asked to be slow: for a moment, and no longer."""

from __future__ import annotations

import threading
from typing import Any, Callable

from ..requests import raise_in

SECONDS = 0.25


class TooSlow(BaseException):
    """Raised within the code that takes too long; none of its own handlers is meant to hold it."""


class _Deadline:
    """Raises TooSlow in the thread that made it, unless it was `met` before."""

    def __init__(self) -> None:
        self._thread = threading.get_ident()
        self._lock = threading.Lock()
        self._met = False
        self._timer = threading.Timer(SECONDS, self._passed)
        self._timer.daemon = True
        self._timer.start()

    def _passed(self) -> None:
        with self._lock:
            if not self._met:
                raise_in(self._thread, TooSlow)

    def met(self) -> None:
        """An exception that is still on its way never arrives."""
        self._timer.cancel()
        with self._lock:
            self._met = True
            raise_in(self._thread, None)


def limited(function: Callable[..., Any], *args: Any) -> Any:
    """What the function returns; raises TooSlow between two of its instructions when it takes longer than
    `SECONDS`.
    """
    deadline = _Deadline()
    try:
        return function(*args)
    finally:
        deadline.met()
