"""How long the training will be: from the loops around `step()`, the training loader, or the framework's
settings.

Said after the first step, and again when steps were counted over a whole epoch.
"""

from __future__ import annotations

import sys
from typing import Any

from . import epochs, frameworks, loaders
from .guard import guarded
from .loops import Loop, around_line
from .session import session

RECOUNTS = (16, 128)
"""Steps after which the steps of an epoch are estimated anew: by then all optimizers had their turns."""


class Plan:
    """What is known: epochs, steps of an epoch, and all steps, where they are not their product."""

    def __init__(self) -> None:
        self.loops: list[Loop] | None = None
        self.epochs: int | None = None
        self.steps_per_epoch: int | None = None
        self.total: int | None = None
        self._epoch_began = 0
        self._said: dict[str, Any] = {}

    def say(self) -> None:
        message: dict[str, Any] = {"type": "plan"}
        total = self.total
        if total is None and self.epochs is not None and self.steps_per_epoch is not None:
            total = self.epochs * self.steps_per_epoch
        known = {"epochs": self.epochs, "stepsPerEpoch": self.steps_per_epoch, "totalSteps": total}
        message.update({name: value for name, value in known.items() if value is not None})
        if len(message) > 1 and message != self._said:
            self._said = message
            session.send(message)

    def make(self) -> None:
        """After the first step: the loader's role is known now."""
        found = self.loops or []
        loader = loaders.state.training
        if loader is not None:
            self._over_batches(found, loader.length)
        elif found:
            self._over_turns(found)
        known = frameworks.settings(sys._getframe())
        self.epochs, self.total = known or (self.epochs, self.total)
        self.say()

    def _over_batches(self, found: list[Loop], batches: int | None) -> None:
        outer = next((index + 1 for index, loop in enumerate(found) if loop.batches), 0)
        counted = [loop for loop in found[outer:] if loop.turns is not None]
        named = [loop for loop in counted if loop.is_called_epoch()]
        chosen = named[0] if named else counted[0] if counted else None
        if chosen is not None and not outer and not named:
            self.total = chosen.turns
        elif chosen is not None:
            self.epochs = chosen.turns
        if batches is not None:
            self.steps_per_epoch = max(1, batches // max(1, loaders.state.batches_of_last_step))

    def _over_turns(self, found: list[Loop]) -> None:
        """Without a loader: the outer of two loops is the epoch, or the one that is called so."""
        named = next((loop for loop in found if loop.is_called_epoch()), None)
        epoch = named or (found[1] if len(found) > 1 and found[0].turns is not None else None)
        if epoch is None:
            self.total = found[0].turns
            return
        inner = found[: found.index(epoch)]
        self.epochs = epoch.turns
        self.steps_per_epoch = 1 if not inner else inner[-1].turns
        if epoch.variable:
            epochs.follow_loop(lambda: epoch.turn(sys._getframe()))

    def recount(self) -> None:
        """Steps of an epoch from how many were taken on the batches so far."""
        loader = loaders.state.training
        if loader is not None and loader.length is not None and loader.passes.fetched:
            taken = session.step - self._epoch_began
            self.steps_per_epoch = max(1, round(loader.length * taken / loader.passes.fetched))
            self.say()

    def epoch_ended(self) -> None:
        self.steps_per_epoch = session.step - self._epoch_began
        self._epoch_began = session.step
        self.say()


plan = Plan()


@guarded("plan")
def first_step() -> None:
    """Reads the loops while the stack is that of the first step."""
    if plan.loops is None:
        plan.loops = around_line(sys._getframe())


def stepped() -> None:
    if session.step == 1:
        _make()
    elif session.step in RECOUNTS:
        _recount()


@guarded("plan")
def _make() -> None:
    plan.make()


@guarded("plan")
def _recount() -> None:
    plan.recount()


@guarded("plan")
def _epoch_ended() -> None:
    plan.epoch_ended()


epochs.on_end.append(_epoch_ended)
