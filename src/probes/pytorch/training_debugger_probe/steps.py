"""Gathers what is measured during a step and sends the steps, whole and in order, at most ten times a
second.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import Any, Sequence

import torch

from . import readback
from .session import session
from .wire import number

PERIOD = 0.1
WAITING = 512
"""Finished steps that may wait for numbers from a device."""


class Record:
    """One step: its series by name, and how many reads from a device it still waits for."""

    __slots__ = ("epoch", "index", "scalars", "tally", "time", "waiting")

    def __init__(self) -> None:
        self.index = -1
        self.time = 0.0
        self.epoch: int | None = None
        self.scalars: dict[str, float] = {}
        self.waiting = 0
        self.tally = [0.0, 0.0]
        """Right predictions and all predictions of its micro-batches."""

    def read(self, series: str, tensors: Sequence[torch.Tensor]) -> None:
        """The sum of these 0-dimensional tensors becomes a value of the step when it is known."""
        self.waiting += 1

        def done(values: Sequence[float]) -> None:
            self.waiting -= 1
            if values:
                self.scalars[series] = float(sum(values))

        readback.read(tensors, done)


class Steps:
    """The step that is being gathered (`now`), and those that are finished and not sent yet."""

    def __init__(self) -> None:
        self.now = Record()
        self._finished: deque[Record] = deque()
        self._sent = -PERIOD
        self._lock = threading.Lock()

    def put(self, series: str, value: float) -> None:
        self.now.scalars[series] = value

    def finish(self, epoch: int | None) -> Record:
        """Ends the step that is being gathered and begins the next."""
        record, self.now = self.now, Record()
        record.index, record.time, record.epoch = session.step, session.now(), epoch
        session.step += 1
        with self._lock:
            self._finished.append(record)
        readback.poll()
        if record.time - self._sent >= PERIOD:
            self.flush()
        return record

    def flush(self) -> None:
        """Sends the finished steps up to the first that still waits."""
        with self._lock:
            ready = self._take()
            self._sent = session.now()
            if ready:
                session.send(message(ready))

    def _take(self) -> list[Record]:
        ready = []
        while self._finished and (not self._finished[0].waiting or len(self._finished) > WAITING):
            ready.append(self._finished.popleft())
        return ready

    def tick(self) -> None:
        """On the connection's thread: steps are not left lying when training is held up elsewhere."""
        if self._finished and session.now() - self._sent > 5 * PERIOD:
            self.flush()

    def close(self) -> None:
        readback.drain(0.3)
        with self._lock:
            for record in self._finished:
                record.waiting = 0
        self.flush()


def message(records: Sequence[Record]) -> dict[str, Any]:
    """The `steps` message of consecutive steps: a column for each series, null where it was not measured."""
    names = {name: None for record in records for name in record.scalars}
    columns: dict[str, list[Any]] = {}
    for name in names:
        values = [record.scalars.get(name) for record in records]
        columns[name] = [None if value is None else number(value) for value in values]
    found: dict[str, Any] = {
        "type": "steps",
        "first": records[0].index,
        "time": [round(record.time, 6) for record in records],
        "scalars": columns,
    }
    if all(record.epoch is not None for record in records):
        found["epoch"] = [record.epoch for record in records]
    return found


steps = Steps()
session.on_close.append(steps.close)
session.on_tick.append(steps.tick)
