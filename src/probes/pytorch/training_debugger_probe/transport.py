"""A connection that training never waits for.

The training thread hands a line to the kernel without blocking; what the kernel does not take is left to a
thread, which otherwise sleeps. What a slow engine cannot take is dropped, oldest measures first, and
counted.
"""

from __future__ import annotations

import json
import selectors
import socket
import threading
import time
from collections import deque
from typing import Any, Callable

QUEUE_BYTES = 4 * 1024 * 1024
RECEIVE_BYTES = 1024 * 1024
TICK_SECONDS = 0.5


def connect(address: str, seconds: float = 1.0) -> socket.socket:
    """Opens `unix:/path` or `tcp:host:port`; raises OSError or ValueError."""
    kind, _, rest = address.partition(":")
    if kind == "unix":
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(seconds)
        connection.connect(rest)
    elif kind == "tcp":
        host, _, port = rest.rpartition(":")
        connection = socket.create_connection((host, int(port)), seconds)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    else:
        raise ValueError("not a unix: or tcp: address: " + address)
    connection.setblocking(False)
    return connection


class Transport:
    """Lines to the engine, messages from it. `receive`, `lost` and `tick` are called on the thread."""

    def __init__(
        self,
        connection: socket.socket,
        receive: Callable[[dict[str, Any]], None],
        lost: Callable[[], None],
        tick: Callable[[], None],
    ) -> None:
        self.dropped = 0
        self._socket = connection
        self._receive, self._lost, self._tick = receive, lost, tick
        self._lock = threading.Lock()
        self._queue: deque[tuple[bytes, bool]] = deque()
        self._queued = 0
        self._rest = b""
        self._incoming = b""
        self._open = True
        self._wake_read, self._wake_write = socket.socketpair()
        self._wake_read.setblocking(False)
        self._wake_write.setblocking(False)
        self._thread = threading.Thread(target=self._run, name="training-debugger", daemon=True)
        self._thread.start()

    def send(self, line: bytes, droppable: bool) -> None:
        """Sends one line, now or later; `droppable` says that it may be lost when the engine is slow."""
        with self._lock:
            if not self._open:
                return
            if not self._rest and not self._queue:
                self._rest = line
                self._write()
                if not self._rest:
                    return
            else:
                self._queue.append((line, droppable))
                self._queued += len(line)
                self._shorten()
        self._wake()

    def finish(self, seconds: float) -> None:
        """Sends what is left; waits at most `seconds` until the engine has it and closed its end."""
        deadline = time.monotonic() + seconds
        with selectors.DefaultSelector() as selector:
            selector.register(self._socket, selectors.EVENT_WRITE)
            while self._pending() and time.monotonic() < deadline:
                selector.select(max(0.0, deadline - time.monotonic()))
                with self._lock:
                    self._write()
        try:
            self._socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        self._thread.join(max(0.0, deadline - time.monotonic()))
        self._close()

    def abandon(self) -> None:
        """In a forked child: leaves the connection to the parent."""
        self._open = False
        for end in (self._socket, self._wake_read, self._wake_write):
            end.close()

    def _pending(self) -> bool:
        with self._lock:
            return self._open and bool(self._rest or self._queue)

    def _write(self) -> None:
        """Hands lines to the kernel until it takes no more; needs the lock."""
        try:
            while self._rest or self._queue:
                if not self._rest:
                    self._rest = self._queue.popleft()[0]
                    self._queued -= len(self._rest)
                self._rest = self._rest[self._socket.send(self._rest) :]
        except (BlockingIOError, InterruptedError):
            pass
        except OSError:
            self._discard()

    def _shorten(self) -> None:
        """Drops the oldest measures beyond the bound, and facts only beyond twice the bound; needs the
        lock.
        """
        if self._queued <= QUEUE_BYTES:
            return
        kept: list[tuple[bytes, bool]] = []
        while self._queue and self._queued > QUEUE_BYTES // 2:
            line, droppable = self._queue.popleft()
            if droppable or self._queued > 2 * QUEUE_BYTES:
                self._queued -= len(line)
                self.dropped += 1
            else:
                kept.append((line, droppable))
        self._queue.extendleft(reversed(kept))

    def _discard(self) -> None:
        self._open = False
        self._rest = b""
        self._queue.clear()
        self._queued = 0

    def _wake(self) -> None:
        try:
            self._wake_write.send(b"x")
        except OSError:
            pass  # full: the thread is about to wake anyway

    def _close(self) -> None:
        with self._lock:
            self._open = False
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._wake()

    def _run(self) -> None:
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(self._wake_read, selectors.EVENT_READ)
                selector.register(self._socket, selectors.EVENT_READ)
                while self._open:
                    self._turn(selector)
        except (OSError, ValueError, KeyError):
            pass
        with self._lock:
            self._discard()
        self._lost()

    def _turn(self, selector: selectors.BaseSelector) -> None:
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if self._pending() else 0)
        selector.modify(self._socket, events)
        for key, ready in selector.select(TICK_SECONDS):
            if key.fileobj is self._wake_read:
                self._wake_read.recv(4096)
            elif ready & selectors.EVENT_READ:
                self._read()
        with self._lock:
            if self._open:
                self._write()
        self._tick()

    def _read(self) -> None:
        try:
            data = self._socket.recv(65536)
        except (BlockingIOError, InterruptedError):
            return
        *lines, self._incoming = (self._incoming + data).split(b"\n")
        for line in lines:
            if line.strip():
                self._receive(json.loads(line))
        if not data or len(self._incoming) > RECEIVE_BYTES:
            self._open = False
