"""Gates: the places where training can be held. Each is said with what is known there, and waits for its
verdict.
"""

from __future__ import annotations

from typing import Any, Callable

from . import backward, gate_scalars, loaders, requests, validation
from .control import control, end_training
from .guard import guarded
from .past import arrive, past
from .session import session
from .source import place, user_frame
from .steps import steps
from .timing import clock, timing
from .watches import Watch
from .wire import text

_paused = [False]
"""True from the first hold until training goes on."""


Update = Callable[[], Any]


def step_begins(watch: Watch, update: Update | None, more: dict[str, float] | None = None) -> Update | None:
    """The gradients of a step are measured and its update is not applied. Returns what takes the place of the
    update, None where it is applied as ever. `update` applies it; `more`: further scalars of the gate.
    """
    start = clock()
    try:
        gate = _of_step(watch, more or {})
        return None if gate is None else _travel(watch, gate, update)
    finally:
        timing.held(clock() - start)


def _travel(watch: Watch, gate: dict[str, Any], update: Update | None) -> Update | None:
    gate.update(arrive(watch, gate, update) or {})
    while True:
        action = follow(gate)
        if action not in ("back", "forward"):
            return _leave(action)
        gate = past.go(action) or gate


def _leave(action: str) -> Update | None:
    if past.is_past():
        _say_change("back", before=str(session.step), after=str(past.step()))
    if action == "skip":
        _say_change("skip")
    update = past.leave(action != "skip")
    return _nothing if action == "skip" else update


def _nothing() -> None:
    """An update that is left out."""


def micro_batch_ends() -> None:
    """A backward pass has ended."""
    if control.reaches("microBatch"):
        _wait(_of_micro_batch())


def validation_ends(message: dict[str, Any]) -> None:
    """A pass over validation data has ended, and this was said of it."""
    if control.reaches("validation"):
        _wait(_of_validation(message))


def _wait(gate: dict[str, Any] | None) -> None:
    """At a gate from which there is no way but on."""
    start = clock()
    try:
        while gate is not None and follow(gate) in ("back", "forward"):
            pass
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
    if kind != "step" and control.gear.snapshot_bytes > 0:
        found["backLimit"] = text("Going back begins at a step: run to the next one.")
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


def _say_change(kind: str, **more: str) -> None:
    """A person changed the course of the training here."""
    change = {"type": "change", "step": session.step, "time": session.now(), "kind": kind, "name": "", **more}
    session.send(change)


def _say(state: str, gate: dict[str, Any]) -> None:
    session.send({"type": "state", "state": state, "step": gate["step"]})


backward.on_end.append(micro_batch_ends)
validation.on_said.append(validation_ends)
