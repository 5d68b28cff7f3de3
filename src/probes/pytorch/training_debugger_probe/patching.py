"""Replacing a function of torch by one that watches it, so that nothing but its speed can tell."""

from __future__ import annotations

import inspect
import os
from types import CodeType
from typing import Any, Callable, Iterator

PASSED_OVER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "importlib._bootstrap")
"""The file that wrappers seem to be of. Python's warnings pass over files called so, and name the same line
of the user's as they do without the wrapper.
"""
unseen: Callable[[CodeType], Any] | None = None
"""`torch._dynamo`'s way to pass over a code, once it is imported."""
_wrappers: set[int] = set()
_placed: list[tuple[Any, str, Any, Any]] = []
"""Owner, name, wrapper and original."""


def codes() -> Iterator[CodeType]:
    """Those of the wrappers in place."""
    for _, _, wrapper, _ in _placed:
        yield wrapper.__code__


def is_wrapper(function: object) -> bool:
    return id(function) in _wrappers


def restore() -> None:
    """At exit: puts the originals back, so that Python takes its modules down in the usual order."""
    for owner, name, wrapper, original in reversed(_placed):
        if vars(owner).get(name) is wrapper:
            setattr(owner, name, original)


def replace(owner: Any, name: str, make: Callable[[Any], Callable[..., Any]]) -> None:
    """Puts `make(original)` in the place of `owner.name`, once; name, documentation and signature stay."""
    original = vars(owner).get(name)
    if original is None or is_wrapper(original) or not callable(original):
        return
    put(owner, name, make(original), original)


def put(owner: Any, name: str, wrapper: Any, original: Any) -> None:
    """Puts the wrapper in its place, disguised as the original."""
    wrapper.__code__ = wrapper.__code__.replace(co_filename=PASSED_OVER)
    if unseen is not None:
        unseen(wrapper.__code__)
    _disguise(owner, wrapper, original)
    _wrappers.add(id(wrapper))
    _placed.append((owner, name, wrapper, original))  # ids stay unique only while the wrappers live
    setattr(owner, name, wrapper)


def _disguise(owner: Any, wrapper: Any, original: Any) -> None:
    """Makes the wrapper answer as the original: for signatures, pickling by name and TorchScript."""
    for attribute in ("__name__", "__qualname__", "__module__", "__doc__", "__annotations__"):
        if hasattr(original, attribute):
            setattr(wrapper, attribute, getattr(original, attribute))
    try:
        wrapper.__signature__ = inspect.signature(original)
    except (TypeError, ValueError):
        pass
    for attribute, value in getattr(original, "__dict__", {}).items():
        if attribute != "__wrapped__":
            setattr(wrapper, attribute, value)
    if inspect.ismodule(owner):
        # torch.jit then scripts, and torch.compile then reads, the original.
        setattr(wrapper, "__script_if_tracing_wrapper", True)
        setattr(wrapper, "__original_fn", original)
