"""The gear that training runs in, the verdicts on its gates, and the end of it: heard on the connection's
thread, obeyed by the training thread.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections import deque
from typing import Any, Callable

from .session import session
from .wire import text

EXIT_STATUS = 85
"""Exit status of a training that the engine stopped."""
WHILE_RUNNING = ("saveCheckpoint",)
"""Requests that are also served between two steps of a training that is not held."""


class TrainingStopped(KeyboardInterrupt, SystemExit):
    """Ends training as Ctrl+C would: `finally` runs, `except Exception` does not hold it. Exits with a
    status.
    """

    def __init__(self) -> None:
        super().__init__("training was stopped")
        self.code = EXIT_STATUS


class Gear:
    """Whether training waits at gates, at which kinds of them, and how long for an engine that is gone."""

    def __init__(self, message: dict[str, Any]) -> None:
        self.gated = bool(message.get("gated"))
        self.kinds = frozenset(message.get("kinds", ()) if self.gated else ())
        self.snapshot_bytes = int(message.get("snapshotBytes", 0)) if self.gated else 0
        self.grace = float(message.get("grace", 0))


FREE = Gear({})


def _first_gear() -> Gear:
    """That of `TRAINING_DEBUGGER_GEAR`: the very first step can have a gate."""
    try:
        return Gear(json.loads(os.environ["TRAINING_DEBUGGER_GEAR"]))
    except (KeyError, ValueError, TypeError, AttributeError):
        return FREE


class Control:
    """What the engine wants. Everything is read and written under `changed`, but for single flags."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.gear = _first_gear()
        self.stop = False
        self.held = False
        """True from a verdict to hold until another one."""
        self.passed = -1
        """The last step whose update was let through."""
        self.requests: deque[dict[str, Any]] = deque()
        self._gates = 0
        self._waiting: int | None = None
        """The gate whose verdict is awaited."""
        self._verdict: str | None = None
        self._lost_at: float | None = None
        self._ended = False

    def receive(self, message: dict[str, Any]) -> None:
        """Takes a message of the engine; called on the connection's thread."""
        take = getattr(self, "_take_" + str(message.get("type")), None)
        if take is not None:
            with self.changed:
                take(message)
                self.changed.notify_all()

    def _take_gear(self, message: dict[str, Any]) -> None:
        self.gear = Gear(message)
        session.converse({"type": "gear", "gated": self.gear.gated, "passed": self.passed})

    def _take_verdict(self, message: dict[str, Any]) -> None:
        if self._waiting is None or message.get("gate") != self._waiting:
            return
        self._verdict = str(message.get("action"))
        self.held = self._verdict == "hold"
        if not self.held:
            self._waiting = None
            self._refuse(text("The training has gone on since."), WHILE_RUNNING)

    def _take_request(self, message: dict[str, Any]) -> None:
        if self._ended:
            refuse(message, text("The training has ended."))
        elif self.held or message.get("method") in WHILE_RUNNING:
            self.requests.append(message)
        else:
            refuse(message, text("The training is running: this can be asked while it is held."))

    def _take_stop(self, _: dict[str, Any]) -> None:
        self.stop = True
        session.stopping = True

    def lost(self) -> None:
        """The engine is gone: a training that waits goes on after a while, one that runs is free."""
        with self.changed:
            self._lost_at = time.monotonic()
            if self._waiting is None:
                self.gear = FREE
            self.changed.notify_all()

    def _refuse(self, error: dict[str, Any], but: tuple[str, ...] = ()) -> None:
        kept = [message for message in self.requests if message.get("method") in but]
        for message in self.requests:
            if message.get("method") not in but:
                refuse(message, error)
        self.requests = deque(kept)

    def close(self) -> None:
        """The script ends: no gate is said any more, and no request stays without an answer."""
        with self.changed:
            self._ended = True
            self.gear = FREE
            self._refuse(text("The training has ended."))

    def reaches(self, kind: str) -> bool:
        """Whether training is to wait at the gate that it comes to. A step that passes without a gate will
        have none.
        """
        if kind != "step" and kind not in self.gear.kinds:
            return False  # without a lock, whose frames torch.compile would look at
        with self.changed:
            waits = kind in self.gear.kinds and session.connected
            if kind == "step" and not waits:
                self.passed = session.step
            return waits

    def let_through(self) -> None:
        """The update of the step in progress is applied now, or left out."""
        with self.changed:
            self.passed = session.step

    def say(self, gate: dict[str, Any]) -> bool:
        """Says a gate; false when the gear has changed and it need not wait."""
        with self.changed:
            if gate["kind"] not in self.gear.kinds:
                return False
            self._waiting, self._verdict, self.held = self._gates, None, False
            self._gates += 1
            session.converse({"type": "gate", "gate": self._waiting, "time": session.now(), **gate})
            return True

    def next(self) -> str | dict[str, Any]:
        """Waits for the verdict on the gate that was said, or for a request to a training that is held."""
        with self.changed:
            while True:
                if self.stop:
                    break
                if self._verdict is not None:
                    verdict, self._verdict = self._verdict, None
                    return verdict
                if self.held and self.requests:
                    return self.requests.popleft()
                if not self.gear.gated or self._is_given_up():
                    return self._go_free()
                self.changed.wait(self._patience())
        return "stop"

    def _is_given_up(self) -> bool:
        return self._lost_at is not None and time.monotonic() - self._lost_at >= self.gear.grace

    def _patience(self) -> float:
        """Seconds of a wait: it ends early only to let Ctrl+C through on Windows."""
        if self._lost_at is None:
            return 1.0
        return min(1.0, max(0.0, self._lost_at + self.gear.grace - time.monotonic()))

    def _go_free(self) -> str:
        if self._lost_at is not None:
            self.gear = FREE
        self.leave()
        return "go"

    def leave(self) -> None:
        """The training does not wait any more, whatever it waited for."""
        with self.changed:
            self._waiting, self.held = None, False
            self._refuse(text("The training has gone on since."), WHILE_RUNNING)

    def take_request(self) -> dict[str, Any] | None:
        """Of a training that runs, between two steps."""
        with self.changed:
            return self.requests.popleft() if self.requests else None


def refuse(message: dict[str, Any], error: dict[str, Any]) -> None:
    session.converse({"type": "reply", "id": message.get("id"), "error": error})


control = Control()
before_stop: list[Callable[[], None]] = []
_said: list[bool] = []


def pending() -> bool:
    """Whether there is something to do between two steps; asked at each of them."""
    return control.stop or bool(control.requests)


def end_training() -> None:
    """Keeps the last checkpoint, says one line, and raises; a script that goes on regardless is asked
    again.
    """
    if not _said:
        _said.append(True)
        for prepare in before_stop:
            prepare()
        sys.stderr.write(f"Training Debugger: training was stopped after {session.step} steps.\n")
        sys.stderr.flush()
    raise TrainingStopped


session.on_message.append(control.receive)
session.on_lost.append(control.lost)
session.on_close.append(control.close)
