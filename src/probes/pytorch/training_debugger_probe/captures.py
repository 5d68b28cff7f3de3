"""What the model was called with: the inputs and the random state of each call of a root module in the step
in progress.

A global pre-hook waits for the next call of a root and goes as soon as it came: nothing is put on the user's
objects, and the modules inside of the model run as they always do.
"""

from __future__ import annotations

import functools
import sys
import weakref
from inspect import CO_VARKEYWORDS
from types import FrameType
from typing import Any, Callable, Iterator

import torch
from torch.nn.modules import module as torch_module
from torch.utils.hooks import RemovableHandle

from .guard import guarded
from .observable import clear, is_compiling
from .patching import replace
from .session import session
from .source import local
from .timing import clock

_autocasts: Callable[[], bool]
_autocast_type: Callable[[], torch.dtype]
if hasattr(torch, "get_autocast_dtype"):
    _autocasts = functools.partial(torch.is_autocast_enabled, "cpu")  # type: ignore[call-arg]
    _autocast_type = functools.partial(torch.get_autocast_dtype, "cpu")
else:  # before torch 2.4
    _autocasts, _autocast_type = torch.is_autocast_cpu_enabled, torch.get_autocast_cpu_dtype

MOST_CALLS = 8
"""Calls of roots that are kept of one step."""


class Call:
    """One call of a root module in training; `random` is torch's state on the CPU when it began."""

    __slots__ = ("args", "autocast", "kwargs", "random", "root", "started", "training")

    def __init__(self, root: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.root = weakref.ref(root)
        self.args = args
        self.kwargs = kwargs
        self.training = bool(root.training)
        self.random = torch.get_rng_state()
        self.autocast = autocast()
        self.started = clock()

    def tensors(self) -> Iterator[torch.Tensor]:
        yield from tensors_in((self.args, self.kwargs))


def tensors_in(value: Any, depth: int = 4) -> Iterator[torch.Tensor]:
    """Every tensor in nested lists, tuples and dictionaries."""
    if isinstance(value, torch.Tensor):
        yield value
    elif depth and isinstance(value, (list, tuple)):
        for each in value:
            yield from tensors_in(each, depth - 1)
    elif depth and isinstance(value, dict):
        for each in value.values():
            yield from tensors_in(each, depth - 1)


def autocast() -> tuple[bool, Any]:
    """Whether the CPU computes in mixed precision here, and in which type."""
    return (True, _autocast_type()) if _autocasts() else (False, None)


calls: list[Call] = []
"""Of the step in progress, in order."""
on_call: list[Callable[[], None]] = []
"""Told before a root runs, at its first call after a step."""
on_first: list[Callable[[], None]] = []
"""Told when the first root of a forward pass is about to run in training."""
on_validation: list[Callable[[tuple[Any, ...], dict[str, Any]], bool]] = []
"""Given what a root is called with where no gradients are recorded; true asks for the next such call."""
_roots: dict[int, Any] = {}
"""Weak references to the models that are trained, by id."""
_parts: dict[int, int] = {}
"""For each module inside of a root the id of that root."""
_whole: set[int] = set()
"""Ids of roots that have been called themselves: calls of their parts are inside of theirs."""
_waiting: set[int] = set()
_hooks: dict[int, Any] = torch_module._global_forward_pre_hooks
_handle = RemovableHandle(_hooks)
"""Taken once: to make one for each step would take longer than all else here."""
_compiled: list[bool] = []


def install(torch_package: Any) -> None:
    replace(torch_package, "compile", _make_compile)


def _make_compile(original: Any) -> Any:
    """A compiled model must not meet hooks that come and go: torch would compile it again, and warn."""

    def compile(*args: Any, **kwargs: Any) -> Any:
        if not _compiled:
            _compiled.append(True)
            disarm()
        return original(*args, **kwargs)

    return compile


def compiled() -> bool:
    """True when the script uses torch.compile: modules are then left alone."""
    return bool(_compiled)


@guarded("captures")
def follow(models: list[Any]) -> None:
    """Says which modules are the models that are trained, and waits for the first call."""
    disarm()
    _roots.clear()
    _parts.clear()
    _whole.clear()
    for model in models:
        _add_root(model)
    arm()


def _add_root(model: Any) -> None:
    _roots[id(model)] = weakref.ref(model)
    for part in model.modules():
        if part is not model:
            _parts[id(part)] = id(model)


def _divide(module: Any) -> None:
    """A part is called while its root is not: the script uses the root as a container, as Lightning does,
    and the parts are what is called.
    """
    root = _parts.get(id(module))
    while root is not None and root in _waiting and root not in _whole:
        container = _roots.pop(root)()
        _waiting.discard(root)
        for child in container.children() if container is not None else ():
            _parts.pop(id(child), None)
            _add_root(child)
            _waiting.add(id(child))
        root = _parts.get(id(module))


def is_root(module: Any) -> bool:
    """Whether the module is one of the models that are trained."""
    reference = _roots.get(id(module))
    return reference is not None and reference() is module


def roots() -> list[Any]:
    return [model for model in (reference() for reference in _roots.values()) if model is not None]


def arm() -> None:
    """Waits for the next call of each root."""
    if len(_waiting) == len(_roots) or _compiled or not session.active:
        return
    _waiting.update(_roots)
    _hooks[_handle.id] = _called


def armed() -> bool:
    """Whether the next call of a root will be seen."""
    return bool(_handle)


def disarm() -> None:
    _waiting.clear()
    _hooks.pop(_handle.id, None)


def _called(module: Any, args: Any) -> None:
    if is_compiling() or not session.active or not clear():
        return
    key = id(module)
    if key not in _waiting:
        _divide(module)
        if key not in _waiting:
            return
    _waiting.discard(key)
    _whole.add(key)
    if not _waiting:
        disarm()
    _capture(module, args, sys._getframe(1))


@guarded("captures")
def _capture(module: Any, args: Any, caller: FrameType) -> None:
    reference = _roots.get(id(module))
    if reference is None or reference() is not module:
        return
    for told in on_call:
        told()
    kwargs = _kwargs(caller) if _may_take_kwargs(module, len(args)) else {}
    if not torch.is_grad_enabled():
        if any([told(args, kwargs) for told in on_validation]):
            arm()
        return
    if len(calls) < MOST_CALLS:
        calls.append(Call(module, args, kwargs))
    for begin in on_first:
        begin()


def _may_take_kwargs(module: Any, given: int) -> bool:
    """False where all that `forward` takes was given by position; to look at the frame takes longer."""
    code = getattr(getattr(module.forward, "__func__", None), "__code__", None)
    return (
        code is None
        or given < code.co_argcount - 1
        or bool(code.co_kwonlyargcount or code.co_flags & CO_VARKEYWORDS)
    )


def _kwargs(caller: FrameType) -> dict[str, Any]:
    """Of torch's frame that calls the hook: torch hands them to no hook of this kind."""
    kwargs = local(caller, "kwargs")
    return dict(kwargs) if isinstance(kwargs, dict) else {}


def first() -> Call | None:
    """The step's first call of a model in training mode, or else its last call at all."""
    return next((call for call in calls if call.training), calls[-1] if calls else None)


def next_step() -> None:
    """The step is over: what it was computed from is let go of."""
    calls.clear()
    arm()


session.on_close.append(disarm)
