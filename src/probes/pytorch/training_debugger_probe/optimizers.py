"""The heart of the probe: `Optimizer.step()` is where a step is measured, finished and, if asked, held."""

from __future__ import annotations

import weakref
from typing import Any, Callable

import torch

from . import control, measures
from .guard import guarded
from .observable import clear, is_compiling
from .parameters import flat
from .patching import disguise, is_wrapper, replace
from .sampling import Sampler
from .session import session
from .source import constructor_place, place, user_frame
from .wire import number

Optimizer = Any


class Watch:
    """One optimizer under observation: nothing is ever put on the optimizer itself."""

    def __init__(self, optimizer: Optimizer, identity: int) -> None:
        self.reference = weakref.ref(optimizer)
        self.id = identity
        self.name = type(optimizer).__name__
        self.source = constructor_place(optimizer)
        self.step_source: dict[str, Any] | None = None
        self.suffix = f"/{identity}" if identity else ""
        """What the names of its series end in."""
        self.steps = 0
        self.size = -1
        """Parameters when it was last described."""
        self.opened = False
        """True when the step in progress has measured its gradients."""
        self.gradients = Sampler(0.35)
        self.updates = Sampler(0.35)

    @property
    def optimizer(self) -> Optimizer:
        return self.reference()

    def parameters(self) -> list[torch.Tensor]:
        optimizer = self.optimizer
        return flat(optimizer.param_groups) if optimizer is not None else []

    def message(self) -> dict[str, Any]:
        groups = [
            {"parameters": len(group["params"]), "options": options(group)}
            for group in self.optimizer.param_groups
        ]
        message: dict[str, Any] = {"type": "optimizer", "id": self.id, "name": self.name, "groups": groups}
        if self.source is not None:
            message["source"] = self.source
        if self.step_source is not None:
            message["stepSource"] = self.step_source
        return message


watches: dict[int, Watch] = {}
"""By id of the optimizer."""
_count = [0]
_inside: list[Watch] = []


def options(group: dict[str, Any]) -> dict[str, Any]:
    """A group's hyperparameters; a tensor on a device is not read for it."""
    return {name: _option(value) for name, value in group.items() if name != "params"}


def _option(value: Any) -> Any:
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, float)):
        return number(value)
    if isinstance(value, torch.Tensor):
        return number(value.item()) if value.device.type == "cpu" and value.numel() == 1 else None
    return str(value)[:200]


def find(optimizer: Optimizer) -> Watch | None:
    watch = watches.get(id(optimizer))
    return watch if watch is not None and watch.optimizer is optimizer else None


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
    if torch.utils.data.get_worker_info() is not None or find(optimizer) is not None:
        return
    session.open()
    if not session.active:
        return
    watch = Watch(optimizer, _count[0])
    _count[0] += 1
    key = id(optimizer)
    watches[key] = watch
    weakref.finalize(optimizer, watches.pop, key, None).atexit = False
    _wrap_step(type(optimizer))
    session.send(watch.message())


def _wrap_step(kind: type) -> None:
    """Wraps `step` where the class has it from: torch itself puts a profiled one on each class."""
    for owner in kind.__mro__:
        step = vars(owner).get("step")
        if step is not None:
            if not is_wrapper(step):
                wrapper = _make_step(step)
                disguise(wrapper, step)
                wrapper.hooked = True
                setattr(owner, "step", wrapper)
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
    watch = find(optimizer)
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
