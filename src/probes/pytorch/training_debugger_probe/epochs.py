"""Epochs: passes over the training loader, or turns of the loop that is called so."""

from __future__ import annotations

from typing import Any

from .session import session


class Passes:
    """Counts the passes over one loader. A pass left after one batch, not at its end, is a peek."""

    def __init__(self) -> None:
        self.fetched = 0
        self.exhausted = False
        self._count = 0
        self._open = False
        self._counting = False
        self._steps_before = 0

    def begin(self) -> None:
        """A new iterator. The pass before ends now, for a loader that is read ahead ends before its last
        step.
        """
        if self._open:
            self.end()
        self._open = True
        self.fetched, self.exhausted = 0, False

    def begin_counting(self) -> None:
        """The loader turns out to be the training loader."""
        self._counting = True

    def end(self) -> None:
        """Says that the epoch ended, when it was one."""
        if self._counting and session.step > self._steps_before and (self.exhausted or self.fetched > 1):
            epoch_ended(self._count)
            self._count += 1
            self._steps_before = session.step
        self._open = False

    def complete(self, length: int | None) -> bool:
        """Whether the loader gave all it has; one that knows its length may not be asked for more."""
        return self.exhausted or (length is not None and self.fetched >= length)

    def is_open(self) -> bool:
        """True from the first batch of a pass until it is said to have ended."""
        return self._open

    def epoch(self) -> int:
        return self._count


_said = [-1]
_loop: list[Any] = [None, -1]
"""How to ask for the loop variable, and the last epoch it told."""
on_end: list[Any] = []


def epoch_ended(epoch: int) -> None:
    if epoch <= _said[0]:
        return
    _said[0] = epoch
    session.send({"type": "epoch", "epoch": epoch, "step": session.step, "time": session.now()})
    for told in on_end:
        told()


def follow_loop(ask: Any) -> None:
    """Takes the epoch from a loop variable of the script: `ask()` returns its turn, from 0, or None."""
    _loop[0] = ask


def of_loop() -> int | None:
    ask, last = _loop
    turn: int | None = ask() if ask is not None else None
    if turn is None:
        return None
    if 0 <= last < turn:
        epoch_ended(last)
    _loop[1] = turn
    return turn
