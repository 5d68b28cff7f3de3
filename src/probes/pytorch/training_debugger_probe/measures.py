"""The order in which one optimizer step is measured."""

from __future__ import annotations

import weakref

from . import (
    amp,
    backward,
    captures,
    clearing,
    clipping,
    gradients,
    layers,
    loaders,
    memory,
    model_steps,
    past,
    plan,
    rates,
    updates,
    validation,
)
from .arrays import arrays
from .guard import guarded
from .parameters import parameters
from .session import session
from .steps import steps
from .timing import clock, timing
from .watches import Watch, watches

_start = [0.0]


def enter(watch: Watch) -> None:
    """`step()` was called; what follows may run the closure first."""
    validation.end()
    if watch.steps == 0:
        plan.first_step()


def begin(watch: Watch) -> None:
    """Right before torch's own step."""
    _start[0] = clock()


@guarded("steps")
def open_step(watch: Watch) -> None:
    """The gradients are there and the weights are still the old: once a step."""
    if watch.opened:
        return
    watch.opened = True
    held = watch.parameters()
    if len(held) != watch.size:
        _describe(watch, len(held))
    backward.put(steps.now, watch.id, watch.resumed)
    gradients.measure(watch, held)


@guarded("parameters")
def _describe(watch: Watch, size: int) -> None:
    watch.size = size
    held = {each.id: each.parameters() for each in list(watches.values())}
    parameters.describe(held)
    parameters.stepped.add(watch.id)
    found = layers.roots([parameter for group in held.values() for parameter in group])
    if watch.steps == 0:
        watch.resumed = watch.resumed or any(
            layers.is_loaded(model) for model in layers.roots(watch.parameters())
        )
    validation.models[:] = [weakref.ref(model) for model in found]
    captures.follow(found)


def closure_begins() -> float:
    return clock()


@guarded("steps")
def closure_ends(watch: Watch, started: float) -> None:
    """Only the first evaluation of a closure is at the point the step starts from."""
    timing.closure += clock() - started
    start = clock()
    if watch.opened:
        backward.pending.clear()
    open_step(watch)
    timing.closure += clock() - start


@guarded("steps")
def finish(watch: Watch) -> None:
    """Right after torch's own step."""
    end = clock()
    if not watch.opened:
        open_step(watch)
    timing.finish(_start[0], end)
    if updates.waits():
        updates.after(watch)
    _close(watch, skipped=False)


@guarded("steps")
def open_left_out(watch: Watch) -> None:
    """The losses of a step that loss scaling left out: its gradients are infinite, and that is no fault."""
    validation.end()
    backward.put(steps.now, watch.id, watch.resumed)


@guarded("steps")
def skipped(watch: Watch) -> None:
    """A step that loss scaling left out."""
    open_left_out(watch)
    timing.finish(clock(), clock())
    _close(watch, skipped=True)


def _close(watch: Watch, skipped: bool) -> None:
    now = session.now()
    scaler = amp.current()
    if scaler is not None:
        steps.put("skipped", float(skipped))
        amp.put_scale(scaler, steps.now)
    rates.put(watch, steps.now)
    loaders.put_samples(backward.micro_batches[0])
    memory.put(now)
    backward.pending.clear()
    clipping.clear()
    clearing.step_ends(watch, steps.now)
    watch.steps += 1
    model_steps.finish(now)
    past.follow_gear()
    steps.finish(loaders.epoch_of_step())
    arrays.flush()
    plan.stepped()
