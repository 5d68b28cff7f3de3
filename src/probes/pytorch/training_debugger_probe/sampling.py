"""How often an expensive measure may run: its share of the time training takes is bounded.

A measure that costs `c` seconds runs every k-th step, k = ceil(c / (share x step time)), both smoothed. The
first steps, slow and unlike the rest, are all measured and do not count. However costly it is, it also runs
at a few milestones, so that a training of a few hundred fast steps is seen as well.
"""

from __future__ import annotations

import math
import os

WARM_UP = 5
LONGEST = 256
SMOOTHING = 0.2


def budget() -> float:
    """Share of step time that all sampled measures together may cost (`TRAINING_DEBUGGER_BUDGET`); with 1
    every step is measured.
    """
    try:
        return min(1.0, max(1e-4, float(os.environ["TRAINING_DEBUGGER_BUDGET"])))
    except (KeyError, ValueError):
        return 0.01


BUDGET = budget()


def is_milestone(step: int) -> bool:
    """1, 2, 3, 4, 6, 8, 12, 16, 24 ...: two of every doubling, a number too small to cost anything."""
    base = step // 3 if step % 3 == 0 else step
    return step > 0 and base & (base - 1) == 0


class Pace:
    """Smoothed duration of a step of this process, seconds."""

    def __init__(self) -> None:
        self.steps = 0
        self.seconds = 0.0

    def add(self, seconds: float) -> None:
        self.steps += 1
        if self.steps > WARM_UP:
            self.seconds += (seconds - self.seconds) * (SMOOTHING if self.seconds else 1.0)


pace = Pace()


class Sampler:
    """One measure's turn. `share` of the budget is its own."""

    def __init__(self, share: float) -> None:
        self._share = share
        self._runs = 0
        self._cost = 0.0
        self._countdown = 0
        self._asked = 0

    def due(self) -> bool:
        """Asked once for every step that could be measured."""
        self._countdown -= 1
        self._asked += 1
        return self._countdown < 0 or is_milestone(self._asked)

    def spent(self, seconds: float) -> None:
        """Tells what the measure cost; decides when its next turn is."""
        self._runs += 1
        if self._runs <= WARM_UP:
            return
        self._cost += (seconds - self._cost) * (SMOOTHING if self._cost else 1.0)
        allowed = BUDGET * self._share * pace.seconds
        every = math.ceil(self._cost / allowed) if allowed > 0 and BUDGET < 1 else 1
        self._countdown = min(LONGEST, max(1, every)) - 1
