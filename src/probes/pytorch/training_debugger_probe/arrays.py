"""Per-parameter measures of a step, in the order of the `parameters` message; NaN where a parameter had
none.
"""

from __future__ import annotations

import math
from typing import Any, Sequence

from .parameters import parameters
from .sampling import is_milestone
from .session import session
from .wire import float32

PERIOD = 0.1
FIRST = 3
"""Steps whose arrays always leave: hard faults show in them."""


class Arrays:
    """Collects the arrays of a step and sends them together, after the first few at most ten times a
    second.
    """

    def __init__(self) -> None:
        self._step = -1
        self._found: dict[str, list[float]] = {}
        self._sent = -1.0
        self._early = FIRST

    def put(self, step: int, measure: str, ids: Sequence[int], values: Sequence[float]) -> None:
        """`measure` is `gradNorm`, `weightNorm` or `updateRatio`; `ids` are those of the parameters."""
        if step != self._step:
            self.flush()
            self._step = step
        array = self._found.setdefault(measure, [])
        array.extend([math.nan] * (parameters.count - len(array)))
        for key, value in zip(ids, values):
            place = parameters.index.get(key)
            if place is not None:
                array[place] = value

    def flush(self) -> None:
        if not self._found:
            return
        found, self._found = self._found, {}
        now = session.now()
        if not self._leaves_always() and self._sent >= 0 and now - self._sent < PERIOD:
            return
        self._early -= 1
        self._sent = now
        message: dict[str, Any] = {"type": "parameterMeasures", "step": self._step, "time": round(now, 6)}
        message.update({measure: float32(values) for measure, values in found.items()})
        session.send(message)

    def _leaves_always(self) -> bool:
        return self._early > 0 or is_milestone(self._step + 1)

    def close(self) -> None:
        self._sent = -1.0
        self.flush()


arrays = Arrays()
session.on_close.insert(0, arrays.close)
