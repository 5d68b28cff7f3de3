"""The same lines in a file (`TRAINING_DEBUGGER_LOG`): for ranks on other machines, and for replay."""

from __future__ import annotations

import os


class LogFile:
    """Appends whole lines, each by one write. `path` may hold `{rank}`. Raises OSError when it cannot be
    opened.
    """

    def __init__(self, path: str, rank: int) -> None:
        self.path = path.replace("{rank}", str(rank))
        folder = os.path.dirname(os.path.abspath(self.path))
        os.makedirs(folder, exist_ok=True)
        self._file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, line: bytes) -> None:
        view = memoryview(line)
        while view:
            view = view[os.write(self._file, view) :]

    def close(self) -> None:
        os.close(self._file)
