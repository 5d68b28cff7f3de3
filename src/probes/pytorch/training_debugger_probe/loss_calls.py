"""A place where the script calls a loss function, and what its first call showed."""

from __future__ import annotations

from typing import Any


class LossCall:
    """One call site. `facts` are those of the `loss` message; `mean` and `sum` are the first batch's
    values.
    """

    def __init__(self, function: str, where: dict[str, Any] | None) -> None:
        self.function = function
        self.place = where
        self.facts: dict[str, Any] = {}
        self.mean: float | None = None
        self.sum: float | None = None
        self.known = False
        """True when the facts were gathered."""
        self.count = 0
        """Calls in training."""


calls: dict[tuple[str, int, str], LossCall] = {}
"""By file, line and name of the function."""
