"""Requests of the engine: answered on the training thread, while it is held or between two steps."""

from __future__ import annotations

import ctypes
import importlib
import threading
from typing import Any, Callable

from .control import control
from .session import session
from .wire import text

HANDLERS: dict[str, Callable[[dict[str, Any]], Any]] = {}
"""By method: given `params`, returns the result as it travels, or raises `RequestError`."""


on_leave: list[Callable[[], None]] = []
"""Told when a training that was held goes on: what was handed out is no longer valid."""


class RequestError(Exception):
    """Why there is no result: `text` is a sentence for people."""

    def __init__(self, reason: dict[str, Any]) -> None:
        super().__init__(reason["template"])
        self.text = reason


class Interrupted(KeyboardInterrupt):
    """Ends what a request computes; never leaves the request."""


class _Computing:
    """The request that is being computed, and the thread it is computed on."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._request: Any = None
        self._thread = 0

    def begin(self, request: Any) -> None:
        self._thread = threading.get_ident()
        self._request = request

    def end(self) -> None:
        """An interrupt that has not arrived yet never will."""
        with self._lock:
            self._request = None
            if self._thread:
                raise_in(self._thread, None)
            self._thread = 0

    def interrupt(self, request: Any) -> None:
        with self._lock:
            if self._request is not None and self._request == request:
                raise_in(self._thread, Interrupted)


def raise_in(thread: int, kind: type[BaseException] | None) -> None:
    """Has the thread raise at its next instruction, or takes that back."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(thread), None if kind is None else ctypes.py_object(kind)
    )


_computing = _Computing()


def answer(message: dict[str, Any]) -> None:
    """Computes and sends the reply; whatever goes wrong is said in it."""
    reply: dict[str, Any] = {"type": "reply", "id": message.get("id")}
    try:
        with session.unobserved():
            reply["result"] = _compute(message)
    except RequestError as error:
        reply["error"] = error.text
    except Interrupted:
        reply["error"] = text("This was interrupted.")
    except Exception as error:
        reply["error"] = text("This failed: {0}", f"{type(error).__name__}: {error}"[:300])
    _reply(reply)


def _reply(reply: dict[str, Any]) -> None:
    try:
        session.converse(reply)
    except (TypeError, ValueError) as error:
        session.converse(
            {
                "type": "reply",
                "id": reply["id"],
                "error": text("The result cannot be sent: {0}", str(error)[:300]),
            }
        )


def _compute(message: dict[str, Any]) -> Any:
    importlib.import_module(f"{__package__}.inspect")  # only a training that is asked needs it
    handler = HANDLERS.get(str(message.get("method")))
    if handler is None:
        raise RequestError(text("This probe cannot answer {0}.", str(message.get("method"))))
    try:
        try:
            _computing.begin(message.get("id"))
            return handler(message.get("params") or {})
        finally:
            _computing.end()
    except Interrupted:
        _computing.end()  # it may have come while the end was on its way
        raise


def between_steps() -> None:
    """Answers what is asked of a training that runs."""
    while True:
        message = control.take_request()
        if message is None:
            return
        answer(message)


def _interrupt(message: dict[str, Any]) -> None:
    if message.get("type") == "interrupt":
        _computing.interrupt(message.get("id"))


session.on_message.append(_interrupt)
