"""The heart of the probe: `Optimizer.step()` is where a step is measured, finished and, if asked, held."""

from __future__ import annotations

from typing import Any, Callable

import torch

from . import control, measures, model_steps, watches
from .guard import guarded
from .observable import clear, is_compiling
from .patching import is_wrapper, put, replace
from .session import session
from .source import place, user_frame
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
            args, kwargs = _watch_closure(watch, args, kwargs)
            measures.begin(watch)
            result = original(self, *args, **kwargs)
            measures.finish(watch)
        finally:
            _inside.clear()
        hold()
        return result

    return step


def hold() -> None:
    """Between two steps: pauses or ends the training when the engine asks for it."""
    if control.pending():
        measures.held(control.obey())


@guarded("steps")
def _enter(optimizer: Optimizer) -> Watch | None:
    if not session.active or _inside or not clear():
        return None
    watch = watches.find(optimizer)
    if watch is not None:
        _inside.append(watch)
        watch.opened = False
        if watch.step_source is None:
            watch.step_source = place(user_frame())
            session.send(watch.message())
        measures.enter(watch)
    return watch


def _watch_closure(watch: Watch, args: Any, kwargs: Any) -> tuple[Any, Any]:
    """A closure computes loss and gradients inside of the step: they are fresh after its first run."""
    closure = args[0] if args else kwargs.get("closure")
    if not callable(closure):
        measures.open_step(watch)
        return args, kwargs

    def watched() -> Any:
        started = measures.closure_begins()
        result = closure()
        measures.closure_ends(watch, started)
        return result

    if args:
        return (watched, *args[1:]), kwargs
    return args, {**kwargs, "closure": watched}
