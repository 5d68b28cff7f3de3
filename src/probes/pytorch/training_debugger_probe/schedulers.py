"""Learning rate schedulers: which there are, where they were built, and how often they are called. Their
effect is read from the groups.
"""

from __future__ import annotations

import functools
import inspect
import math
import weakref
from typing import Any, Callable

from . import loaders, recorder, scheduler_options, watches
from .guard import guarded
from .observable import is_compiling
from .patching import is_wrapper, put, replace
from .session import session
from .source import constructor_place, place, user_frame

PERIOD = 1.0
"""Seconds between two messages about the calls of one scheduler."""
_depth = [0]
"""Constructors of schedulers that are running: what they call is not the script's call."""
_running: list[Any] = []
"""Schedulers whose `step` runs."""
_count = [0]


class Known:
    """One scheduler."""

    def __init__(self, scheduler: Any, watch: watches.Watch) -> None:
        self.reference = weakref.ref(scheduler)
        self.id = _count[0]
        self.watch = watch
        self.parts = [each for each in map(find, scheduler_options.parts(scheduler)) if each is not None]
        """Schedulers that this one calls when it is their turn."""
        self.driven = False
        """True when it is a part of another one: the calls of that one are its own."""
        self.calls = 0
        self.before_step = False
        self.place: dict[str, Any] | None = None
        self.said = -math.inf
        self.changed = False
        for part in self.parts:
            part.driven = True
        _count[0] += 1

    def called(self, where: Callable[[], dict[str, Any] | None]) -> None:
        self.calls += 1
        self.changed = True
        self.before_step = self.before_step or self.watch.steps == 0
        now = session.now()
        if now - self.said >= PERIOD:
            self.place = where() or self.place
            self.say(now)
        for part in self.parts:
            part.called(where)

    def say(self, now: float) -> None:
        self.said, self.changed = now, False
        message: dict[str, Any] = {
            "type": "schedulerCall",
            "id": self.id,
            "calls": self.calls,
            "steps": self.watch.steps,
            "beforeStep": self.before_step,
        }
        epochs = loaders.epochs_done()
        if epochs is not None:
            message["epochs"] = epochs
        if self.place is not None:
            message["source"] = self.place
        session.send(message)


_known: dict[int, Known] = {}
"""By id of the scheduler."""


def find(scheduler: Any) -> Known | None:
    known = _known.get(id(scheduler))
    return known if known is not None and known.reference() is scheduler else None


def of(watch: watches.Watch) -> list[Known]:
    """Those of an optimizer that the script itself calls."""
    alive = [known for known in list(_known.values()) if known.reference() is not None]
    return [known for known in alive if known.watch is watch and not known.driven]


def live() -> list[Any]:
    """The schedulers that the script has, in the order they were built; parts belong to their whole."""
    found = [(known.id, known.reference()) for known in _known.values() if not known.driven]
    return [scheduler for _, scheduler in sorted(found, key=lambda each: each[0]) if scheduler is not None]


def install(module: Any) -> None:
    for kind in list(vars(module).values()):
        if isinstance(kind, type) and kind.__module__ == module.__name__ and _takes_optimizer(kind):
            replace(kind, "__init__", _make)


def _takes_optimizer(kind: type) -> bool:
    constructor = vars(kind).get("__init__")
    return constructor is not None and "optimizer" in inspect.signature(constructor).parameters


def _make(original: Any) -> Any:
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        _depth[0] += 1
        try:
            original(self, *args, **kwargs)
        finally:
            _depth[0] -= 1
        if session.active and not _depth[0]:
            _built(self)

    return __init__


@guarded("schedulers")
def _built(scheduler: Any) -> None:
    """May run again for a class of the user's own, whose constructor calls several of torch's."""
    watch = watches.find(getattr(scheduler, "optimizer", None))
    if watch is None or find(scheduler) is not None:
        return
    known = _known[id(scheduler)] = Known(scheduler, watch)
    message: dict[str, Any] = {
        "type": "scheduler",
        "id": known.id,
        "optimizer": watch.id,
        "name": type(scheduler).__name__,
        "options": scheduler_options.of(scheduler),
    }
    source = constructor_place(scheduler)
    if source is not None:
        message["source"] = source
    session.send(message)
    _wrap_step(type(scheduler))


def _wrap_step(kind: type) -> None:
    """Wraps `step` where the class has it from."""
    for owner in kind.__mro__:
        step = vars(owner).get("step")
        if step is not None:
            if not is_wrapper(step):
                put(owner, "step", _make_step(step), step)
            return


def _make_step(original: Callable[..., Any]) -> Any:
    def step(self: Any, *args: Any, **kwargs: Any) -> Any:
        if is_compiling() or not session.active or _depth[0]:
            return original(self, *args, **kwargs)
        _enter(self, functools.partial(original, self, *args, **kwargs))
        _running.append(self)
        try:
            return original(self, *args, **kwargs)
        finally:
            _running.pop()

    return step


@guarded("schedulers")
def _enter(scheduler: Any, again: Callable[[], Any]) -> None:
    """A part called by the whole was counted with it, and the `step` of a base with that of its class."""
    known = find(scheduler)
    if known is None or any(each is scheduler for each in _running):
        return
    if not (_running and known.driven):
        known.called(lambda: place(user_frame()))
        recorder.repeat(again, True)


@guarded("schedulers")
def _close() -> None:
    for known in list(_known.values()):
        if known.changed:
            known.say(session.now())


session.on_close.append(_close)
