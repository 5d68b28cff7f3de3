"""Keeps what an evaluation prints, up to a limit."""

from __future__ import annotations

import contextlib
import io
from typing import Iterator

LARGEST = 64 * 1024
"""Bytes of UTF-8."""
CUT = "… (cut at 64 KiB)\n"


class Output(io.TextIOBase):
    """A file that forgets what is beyond the limit."""

    encoding = "utf-8"

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._left = LARGEST

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if self._left > 0:
            data = text[: self._left].encode("utf-8", "replace")
            self._parts.append(data[: self._left].decode("utf-8", "ignore"))
            self._left -= max(len(data), len(text))
        return len(text)

    def text(self) -> str:
        return "".join(self._parts) + (CUT if self._left < 0 else "")


@contextlib.contextmanager
def captured() -> Iterator[Output]:
    found = Output()
    with contextlib.redirect_stdout(found):
        yield found
