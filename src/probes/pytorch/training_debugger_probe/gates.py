"""Gates: the places where training can be held. Each is said with what is known there, and waits for its
verdict.
"""

from __future__ import annotations

from typing import Any

from . import backward, gate_scalars, loaders, requests, validation
from .control import control, end_training
from .guard import guarded
from .session import session
from .source import place, user_frame
from .steps import steps
from .timing import clock, timing
from .watches import Watch

_paused = [False]
"""True from the first hold until training goes on."""


def step_begins(watch: Watch, more: dict[str, float] | None = None) -> str:
    """The gradients of a step are measured and its update is not applied: returns `go` or `skip`. `more`:
    further scalars of the gate.
    """
    return _wait(_of_step(watch, more or {}))


def micro_batch_ends() -> None:
    """A backward pass has ended."""
    if control.reaches("microBatch"):
        _wait(_of_micro_batch())


def validation_ends(message: dict[str, Any]) -> None:
    """A pass over validation data has ended, and this was said of it."""
    if control.reaches("validation"):
        _wait(_of_validation(message))


def _wait(gate: dict[str, Any] | None) -> str:
    start = clock()
    try:
        return "go" if gate is None else follow(gate)
    finally:
        timing.held(clock() - start)


@guarded("gates")
def _of_step(watch: Watch, more: dict[str, float]) -> dict[str, Any]:
    loaders.used_for_training()
    gate = _place("step", {**gate_scalars.of_step(watch), **more}, backward.micro_batches[0])
    return _with_micro_batch({**gate, "optimizer": watch.id}, backward.micro_batches[0])


@guarded("gates")
def _of_micro_batch() -> dict[str, Any]:
    count = backward.count()
    return _with_micro_batch(_place("microBatch", gate_scalars.of_micro_batch(), count), count)


@guarded("gates")
def _of_validation(message: dict[str, Any]) -> dict[str, Any]:
    return _place("validation", message["scalars"], 0)


def _place(kind: str, scalars: dict[str, Any], micro_batches: int) -> dict[str, Any]:
    """What a gate says of where training has come to."""
    steps.flush()
    found: dict[str, Any] = {"kind": kind, "step": session.step, "scalars": scalars, "back": 0, "ahead": 0}
    found.update(loaders.place_in_epoch(micro_batches))
    where = place(user_frame())
    return found if where is None else {**found, "source": where}


def _with_micro_batch(gate: dict[str, Any], count: int) -> dict[str, Any]:
    return {**gate, "microBatch": count - 1} if count else gate


def follow(gate: dict[str, Any]) -> str:
    """Says the gate, does what the engine wants while training is held there, and returns how it goes on:
    `go`, `skip`, `back` or `forward`. Raises TrainingStopped.
    """
    if not control.say(gate):
        return "go"
    wanted = ""
    try:
        wanted = _converse(gate)
    finally:
        control.leave()
        for forget in requests.on_leave:
            forget()
        if _paused[0] and wanted not in ("back", "forward"):
            _paused[0] = False
            _say("running", gate)
    if wanted == "stop":
        end_training()
    return wanted


def _converse(gate: dict[str, Any]) -> str:
    """Until a verdict lets training leave the gate."""
    said = False
    while True:
        wanted = control.next()
        if isinstance(wanted, dict):
            requests.answer(wanted)
        elif wanted != "hold":
            return wanted
        elif not said:
            said = _paused[0] = True
            _say("paused", gate)


def say_change(kind: str) -> None:
    """A person changed the course of the training here."""
    session.send({"type": "change", "step": session.step, "time": session.now(), "kind": kind, "name": ""})


def _say(state: str, gate: dict[str, Any]) -> None:
    session.send({"type": "state", "state": state, "step": gate["step"]})


backward.on_end.append(micro_batch_ends)
validation.on_said.append(validation_ends)
