"""The heart of the probe: `Optimizer.step()` is where a step is measured, finished and, if asked, held."""

from __future__ import annotations

import functools
from typing import Any, Callable

import torch

from . import control, gates, measures, model_steps, resume, turns, updates, watches
from .guard import guarded
from .observable import clear, is_compiling
from .patching import is_wrapper, put, replace
from .session import session
from .source import place, user_frame
from .timing import clock, timing
from .watches import Optimizer, Watch

_inside: list[Watch] = []


def install(optimizer_class: Any) -> None:
    def make(original: Any) -> Any:
        def __init__(self: Optimizer, *args: Any, **kwargs: Any) -> None:
            original(self, *args, **kwargs)
            if not is_compiling():
                built(self)

        return __init__

    replace(optimizer_class, "__init__", make)


@guarded("optimizer")
def built(optimizer: Optimizer) -> None:
    """Begins to observe: in a training process this is what opens the connection."""
    if torch.utils.data.get_worker_info() is not None or watches.find(optimizer) is not None:
        return
    session.open()
    resume.arm()
    if not session.active:
        return
    watch = watches.add(optimizer)
    _wrap_step(type(optimizer))
    session.send(watch.message())
    model_steps.begin()


def _wrap_step(kind: type) -> None:
    """Wraps `step` where the class has it from: torch itself puts a profiled one on each class."""
    for owner in kind.__mro__:
        step = vars(owner).get("step")
        if step is not None:
            if not is_wrapper(step):
                wrapper = _make_step(step)
                put(owner, "step", wrapper, step)
                wrapper.hooked = True  # torch would wrap it again
            return


def _make_step(original: Callable[..., Any]) -> Any:
    def step(self: Optimizer, *args: Any, **kwargs: Any) -> Any:
        if is_compiling():
            return original(self, *args, **kwargs)
        watch = _enter(self)
        if watch is None:
            return original(self, *args, **kwargs)
        try:
            result = _take(watch, original, self, args, kwargs)
            measures.finish(watch)
        finally:
            _inside.clear()
        turns.step_ends()
        return result

    return step


class _LeftOut(Exception):
    """Leaves torch's own step before it changes anything: `instead` takes its place, and `result` is what the
    closure returned.
    """

    def __init__(self, result: Any, instead: Callable[[], Any]) -> None:
        self.result, self.instead = result, instead


def _take(watch: Watch, original: Callable[..., Any], optimizer: Optimizer, args: Any, kwargs: Any) -> Any:
    """Torch's own step, unless the gate before its update has it left out."""
    closure = args[0] if args else kwargs.get("closure")
    if not callable(closure):
        measures.open_step(watch)
        update = functools.partial(original, optimizer, *args, **kwargs)
        instead = _pass_gate(watch, update)
        measures.begin(watch)
        return update() if instead is None else instead()
    watched = _watch_closure(watch, closure, functools.partial(original, optimizer))
    args, kwargs = ((watched, *args[1:]), kwargs) if args else (args, {**kwargs, "closure": watched})
    measures.begin(watch)
    try:
        return original(optimizer, *args, **kwargs)
    except _LeftOut as left_out:
        left_out.instead()
        return left_out.result


def _pass_gate(watch: Watch, update: Callable[[], Any]) -> Callable[[], Any] | None:
    """The gate of the step, where it has one. Returns what takes the place of the update, if anything."""
    instead = None
    if watch.gated:
        instead = gates.step_begins(watch, update)
        control.control.let_through()
    updates.before(watch)
    return instead


def left_out(watch: Watch) -> None:
    """Loss scaling left the step out: its gate comes when that is known, and has nothing to apply."""
    if control.control.reaches("step"):
        measures.open_left_out(watch)
        instead = gates.step_begins(watch, None, {"skipped": 1.0})
        control.control.let_through()
        if instead is not None:
            instead()
    measures.skipped(watch)


@guarded("steps")
def _enter(optimizer: Optimizer) -> Watch | None:
    if not session.active or _inside or not clear():
        return None
    watch = watches.find(optimizer)
    if watch is not None:
        _inside.append(watch)
        watch.opened = False
        watch.gated = control.control.reaches("step")
        if watch.step_source is None:
            watch.step_source = place(user_frame())
            session.send(watch.message())
        measures.enter(watch)
    return watch


def _watch_closure(watch: Watch, closure: Callable[[], Any], update: Callable[[], Any]) -> Callable[[], Any]:
    """A closure computes loss and gradients inside of the step: they are fresh after its first run."""

    def watched() -> Any:
        first = not watch.opened
        started = measures.closure_begins()
        result = closure()
        measures.closure_ends(watch, started)
        if first:
            started = clock()
            instead = _pass_gate(watch, update)
            timing.closure += clock() - started
            if instead is not None:
                raise _LeftOut(result, instead)
        return result

    return watched
