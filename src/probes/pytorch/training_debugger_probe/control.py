"""Pause, resume and stop: heard on the connection's thread, obeyed by the training thread between two
steps.
"""

from __future__ import annotations

import sys
import threading
from typing import Callable

from .session import session
from .steps import steps

EXIT_STATUS = 85
"""Exit status of a training that the engine stopped between two steps."""


class TrainingStopped(KeyboardInterrupt, SystemExit):
    """Ends training as Ctrl+C would: `finally` runs, `except Exception` does not hold it. Exits with a
    status.
    """

    def __init__(self) -> None:
        super().__init__("training was stopped")
        self.code = EXIT_STATUS


_changed = threading.Condition()
_wanted = {"pause": False, "stop": False}
_said: list[bool] = []
before_stop: list[Callable[[], None]] = []


def command(kind: str) -> None:
    """Takes a command from the engine; called on the connection's thread."""
    with _changed:
        if kind in ("pause", "resume"):
            _wanted["pause"] = kind == "pause"
        elif kind == "stop":
            _wanted["stop"] = True
            session.stopping = True
        _changed.notify_all()


def pending() -> bool:
    return _wanted["pause"] or _wanted["stop"]


def obey() -> float:
    """Holds the training thread while paused and returns the seconds held; raises TrainingStopped to stop."""
    before = session.now()
    if _wanted["pause"] and not _wanted["stop"]:
        _say("paused")
        _wait()
        _say("running")
    if _wanted["stop"]:
        _stop()
    return session.now() - before


def _wait() -> None:
    """Sleeps until the command changes. The time limit only lets Ctrl+C through on Windows."""
    with _changed:
        while _wanted["pause"] and not _wanted["stop"]:
            _changed.wait(1.0)


def _say(state: str) -> None:
    steps.flush()
    session.send({"type": "state", "state": state, "step": session.step})


def _stop() -> None:
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


session.on_command.append(command)
