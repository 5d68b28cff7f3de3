"""The one conversation of this process with the engine: opened by the first optimizer, closed at exit."""

from __future__ import annotations

import contextlib
import os
import time
from typing import Any, Callable, Iterator

from . import environment
from .logfile import LogFile
from .transport import Transport, connect
from .wire import encode, text

DROPPABLE = {"steps", "parameterMeasures", "batch", "metrics"}
EARLY_FACTS = 500
EXIT_SECONDS = 1.5


class Session:
    """State of the conversation. Everything but `_receive` and `_lost` runs on the user's threads."""

    def __init__(self) -> None:
        self.active = False
        """True while somebody listens: hooks do nothing otherwise. See `unobserved`."""
        self.rank = 0
        self.step = 0
        """Index of the step that is being gathered: optimizer steps done so far."""
        self.started = 0.0
        self.stopping = False
        self.on_close: list[Callable[[], None]] = []
        self.on_tick: list[Callable[[], None]] = []
        self.on_message: list[Callable[[dict[str, Any]], None]] = []
        """Told what the engine says, on the connection's thread."""
        self.on_lost: list[Callable[[], None]] = []
        """Told that the engine is gone, on the connection's thread."""
        self._listened = False
        self._ended = False
        self._early: list[dict[str, Any]] = []
        self._transport: Transport | None = None
        self._log: LogFile | None = None

    @property
    def over(self) -> bool:
        """True when nobody listens any more, or ever will."""
        return self._ended

    @property
    def connected(self) -> bool:
        """True while there is an engine."""
        return self._transport is not None

    @contextlib.contextmanager
    def unobserved(self) -> Iterator[None]:
        """What is computed meanwhile is no part of the training: hooks do nothing, messages are sent."""
        before, self.active = self.active, False
        try:
            yield
        finally:
            self.active = before and self._listened

    def now(self) -> float:
        """Seconds since the hello."""
        return time.perf_counter() - self.started

    def open(self) -> None:
        """Connects, says hello and what was learnt before; at most about a second. Later calls do nothing."""
        if self._listened or self._ended:
            return
        self.started = time.perf_counter()
        hello = environment.hello(time.time())
        self.rank = int(hello["rank"])
        self._connect()
        notice = self._open_log()
        self._listened = self.active = self._transport is not None or self._log is not None
        self._ended = not self.active
        self.send(hello)
        for message in self._early:
            self.send(message)
        self._early.clear()
        if notice is not None:
            self.notice("warning", "rank-file", notice)

    def _connect(self) -> None:
        address = os.environ.get("TRAINING_DEBUGGER_SOCKET")
        try:
            connection = connect(address) if address else None
        except (OSError, ValueError):
            return
        if connection is not None:
            self._transport = Transport(connection, self._receive, self._lost, self._tick)

    def _open_log(self) -> dict[str, Any] | None:
        path = os.environ.get("TRAINING_DEBUGGER_LOG")
        if not path:
            return None
        if self.rank > 0 and "{rank}" not in path:
            return text("Rank {0} writes no log file: its path needs {1} in it.", self.rank, "{rank}")
        try:
            self._log = LogFile(path, self.rank)
        except OSError as error:
            return text("The log file {0} cannot be written: {1}", path, str(error))
        return None

    def send(self, message: dict[str, Any]) -> None:
        """Sends a message, keeps it until the hello, or drops it when nobody listens."""
        if not self._listened:
            if not self._ended and len(self._early) < EARLY_FACTS:
                self._early.append(message)
            return
        line = encode(message)
        if self._log is not None:
            self._write_log(encode({**message, "token": ""}) if message["type"] == "hello" else line)
        if self._transport is not None:
            self._transport.send(line, message["type"] in DROPPABLE)

    def converse(self, message: dict[str, Any]) -> None:
        """Sends what is between the engine and a training that is held: no log keeps it."""
        transport = self._transport
        if transport is not None:
            transport.send(encode(message), False)

    def _write_log(self, line: bytes) -> None:
        try:
            assert self._log is not None
            self._log.write(line)
        except OSError as error:
            path, self._log = self._log.path if self._log else "", None
            self.notice(
                "warning", "rank-file", text("The log file {0} cannot be written: {1}", path, str(error))
            )

    def notice(self, level: str, code: str, message: dict[str, Any]) -> None:
        self.send({"type": "notice", "level": level, "code": code, "message": message})

    def close(self, reason: str) -> None:
        """Says bye and waits at most `EXIT_SECONDS` until the engine has everything."""
        if not self._listened:
            return
        for flush in self.on_close:
            flush()
        transport, log = self._transport, self._log
        self.send({"type": "bye", "reason": reason, "dropped": transport.dropped if transport else 0})
        self._listened = self.active = False
        self._ended = True
        if transport is not None:
            transport.finish(EXIT_SECONDS)
        if log is not None:
            log.close()

    def forget(self) -> None:
        """In a forked child: the parent's conversation is not ours."""
        transport, self._transport = self._transport, None
        log, self._log = self._log, None
        if transport is not None:
            transport.abandon()
        if log is not None:
            log.close()
        self._ended = self._ended or self._listened
        self._listened = self.active = False

    def _receive(self, message: dict[str, Any]) -> None:
        kind = message.get("type")
        if kind == "refused":
            self._lost()
        else:
            for told in self.on_message:
                told(message)

    def _lost(self) -> None:
        """The engine is gone: training goes on, observed by the log alone or not at all."""
        self._transport = None
        if self._log is None:
            self._ended = True
            self._listened = self.active = False
        for told in self.on_lost:
            told()

    def _tick(self) -> None:
        for tick in self.on_tick:
            tick()


session = Session()
