"""The steps that can be gone back to: the state at each gate, as many as memory allows, and the way between
them.
"""

from __future__ import annotations

import inspect
import math
from typing import Any, Callable

from . import recompute, recorder
from .again import Unknown
from .control import control
from .guard import guarded
from .recorder import Recording
from .session import session
from .snapshots import OptimizerState, Snapshot, pool
from .watches import ManualUpdates, Watch
from .wire import text

MEGABYTE = 2**20
MOST = 100
"""Steps that are kept at most: a person looks back over some ten of them, and thousands of a small model
would only fill memory.
"""


class Moment:
    """Training at the gate of one step. `update` applies it; None where there is nothing to apply."""

    def __init__(self, watch: Watch, gate: dict[str, Any], update: Callable[[], Any] | None) -> None:
        self.watch, self.gate, self.update = watch, gate, update
        self.recording: Recording | None = recorder.take()
        self.snapshot = Snapshot()
        self.verified: bool | None = None
        """Whether computing the step again gave what was recorded; None before it was tried."""
        self.applied = update is not None
        self.left: list[OptimizerState] = []
        """The options that training went on with."""
        self.size = self.snapshot.bytes() + (self.recording.bytes() if self.recording is not None else 0)

    def apply(self) -> None:
        """The update of the step, as the script would have it applied."""
        if self.update is not None:
            with session.unobserved():
                self.update()


class Past:
    """The moments in order; training is `at` one of them, the last one is the present."""

    def __init__(self) -> None:
        self._moments: list[Moment] = []
        self._at = 0
        self._bytes = 0
        """Of all moments."""
        self._limit: dict[str, Any] | None = None
        self._largest = 0
        """Bytes of a moment, once memory has not been enough for all."""

    def arrive(self, watch: Watch, gate: dict[str, Any], update: Callable[[], Any] | None) -> dict[str, Any]:
        """Training has come to the gate of a step: keeps it, and returns what the gate says of the past."""
        if control.gear.snapshot_bytes <= 0:
            self.forget()
            return {}
        self._limit = _why_not(watch)
        if self._limit is not None:
            self._drop(len(self._moments))
        else:
            self._drop_oldest()
            self._make_room(self._moments[-1].size if self._moments else 0)
            if self._largest <= control.gear.snapshot_bytes:
                self._add(Moment(watch, gate, update))
                self._make_room(0)
        self._at = max(0, len(self._moments) - 1)
        return self.reach()

    def _drop_oldest(self) -> None:
        """Makes room for one moment more among the `MOST` last ones."""
        if len(self._moments) >= MOST:
            self._drop(len(self._moments) + 1 - MOST)
            self._limit = text("The last {0} steps are kept for going back.", MOST)

    def _make_room(self, more: int) -> None:
        """Lets go of the oldest moments beyond the limit; one alone is not kept beyond it either."""
        while self._moments and self._bytes + more > control.gear.snapshot_bytes:
            self._largest = self._moments[-1].size
            self._drop(1)
        if self._largest:
            self._limit = text(
                "A snapshot takes {0} MB, the limit is {1} MB: raise stepBackMemory.",
                math.ceil(self._largest / MEGABYTE),
                control.gear.snapshot_bytes // MEGABYTE,
            )

    def _add(self, moment: Moment) -> None:
        self._moments.append(moment)
        self._bytes += moment.size

    def _drop(self, count: int, first: int = 0) -> None:
        for moment in self._moments[first : first + count]:
            moment.snapshot.drop()
            self._bytes -= moment.size
        del self._moments[first : first + count]

    def held(self) -> int:
        """Bytes that going back takes of the memory of the process."""
        return self._bytes + pool.bytes

    def forget(self) -> None:
        """Steps are no longer recorded."""
        self._moments.clear()
        self._bytes = 0
        self._limit, self._largest = None, 0
        pool.empty()

    def reach(self) -> dict[str, Any]:
        """`back`, `ahead` and `backLimit` of a gate."""
        back = self._at if self._moments else 0
        found: dict[str, Any] = {"back": back, "ahead": max(0, len(self._moments) - 1 - self._at)}
        if self._limit is not None:
            found["backLimit"] = self._limit
        return found

    def is_past(self) -> bool:
        return bool(self._moments) and self._at < len(self._moments) - 1

    def step(self) -> int:
        """Index of the step in progress, of one that is gone through again its own."""
        return int(self._moments[self._at].gate["step"]) if self.is_past() else session.step

    def gate(self) -> dict[str, Any]:
        """The gate that training is at."""
        return {**self._moments[self._at].gate, **self.reach()}

    def go(self, action: str) -> dict[str, Any] | None:
        """Goes `back` or `forward` by one step and returns its gate; None where there is no such step."""
        target = self._at + (1 if action == "forward" else -1)
        if not 0 <= target < len(self._moments):
            return None
        try:
            with session.unobserved():
                if action == "back":
                    self._moments[target].snapshot.put_back()
                else:
                    self._forward(self._moments[self._at], self._moments[target])
            self._at = target
        except Exception as error:
            self._return(error)
        return self.gate()

    def _return(self, error: Exception) -> None:
        """Something went wrong on the way: training is as it was when it came to its gate."""
        self._at = len(self._moments) - 1
        self._moments[self._at].snapshot.put_back()
        reason = f"{type(error).__name__}: {error}"[:300]
        failed = text("Training is back at its present, for going there failed: {0}", reason)
        session.notice("warning", "step-recorded", failed)

    def _forward(self, here: Moment, there: Moment) -> None:
        edited = not all(each.has_options() for each in here.left)
        if here.applied:
            here.apply()
        if edited:
            recompute.schedules(there.recording)
        else:
            for optimizer in there.snapshot.optimizers:
                optimizer.put_back_options()
            there.snapshot.put_back_schedules()
        if not edited and there.snapshot.has_parameters():
            there.snapshot.put_back()
        else:
            self._compute(here, there)

    def _compute(self, here: Moment, there: Moment) -> None:
        """Training is at other weights than were recorded: the step is computed with them."""
        try:
            self._verify(here, there)
            recompute.gradients(there.recording)
            assert there.recording is not None
            scalars = recompute.scalars(there.recording, there.watch, there.gate["scalars"])
        except Unknown as error:
            there.snapshot.put_back_gradients()
            there.snapshot.put_back_buffers()
            scalars = there.gate["scalars"]
            session.notice("warning", "step-recorded", error.reason)
            there.gate = {**there.gate, "backLimit": error.reason}
        there.snapshot.generators.restore()
        there.gate = {**there.gate, "scalars": scalars}
        generators = there.snapshot.generators
        there.snapshot.drop()
        there.snapshot = Snapshot()
        there.snapshot.generators = generators

    def _verify(self, here: Moment, there: Moment) -> None:
        """Once for each step: computing it again gives what it gave, from what it began with."""
        if there.verified is None:
            changed = Snapshot()
            try:
                recompute.verify(there.recording, here.snapshot, there.snapshot)
                there.verified = True
            except Unknown:
                there.verified = False
                raise
            finally:
                changed.put_back()
                changed.drop()
        elif not there.verified:
            raise Unknown(
                text("The recorded gradients are used: computed again, the step does not come out as it did.")
            )

    def leave(self, applied: bool) -> Callable[[], Any] | None:
        """Training goes on from here. From the past: what lies ahead is let go of, and what is returned takes
        the place of the present update where one is applied.
        """
        if not self._moments:
            return None
        moment = self._moments[self._at]
        moment.applied = applied and moment.update is not None
        moment.left = [OptimizerState(each.optimizer, False) for each in moment.snapshot.optimizers]
        if not self.is_past():
            return None
        self._drop(len(self._moments) - self._at - 1, self._at + 1)
        return moment.apply


def _why_not(watch: Watch) -> dict[str, Any] | None:
    """Why steps of this optimizer cannot be gone back to."""
    if isinstance(watch.optimizer, ManualUpdates):
        return text("The script changes its weights by itself: its steps cannot be gone back.")
    if _needs_closure(type(watch.optimizer)):
        return text("{0} computes its loss inside of its step: its steps cannot be gone back.", watch.name)
    if getattr(watch.optimizer, "grad_scale", None) is not None:
        return text("A fused optimizer unscales gradients inside of its step: its steps cannot be gone back.")
    if any(hasattr(each, "_local_tensor") for each in watch.parameters()):
        return text("The parameters are spread over several processes: their steps cannot be gone back.")
    return None


def _needs_closure(kind: type) -> bool:
    closure = inspect.signature(kind.step).parameters.get("closure")  # type: ignore[attr-defined]
    return closure is not None and closure.default is inspect.Parameter.empty


past = Past()


def follow_gear() -> None:
    """Between two steps: lets go of what was kept once steps are no longer recorded."""
    recorder.follow_gear()
    if control.gear.snapshot_bytes <= 0 and past.held():
        past.forget()


@guarded("snapshots")
def arrive(watch: Watch, gate: dict[str, Any], update: Callable[[], Any] | None) -> dict[str, Any]:
    try:
        return past.arrive(watch, gate, update)
    except Exception:
        past.forget()
        raise
