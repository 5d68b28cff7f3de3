"""Replacing a function of torch by one that watches it, so that nothing but its speed can tell."""

from __future__ import annotations

import inspect
from typing import Any, Callable

_wrappers: set[int] = set()
_kept: list[Any] = []


def is_wrapper(function: object) -> bool:
    return id(function) in _wrappers


def replace(owner: Any, name: str, make: Callable[[Any], Callable[..., Any]]) -> None:
    """Puts `make(original)` in the place of `owner.name`, once; name, documentation and signature stay."""
    original = vars(owner).get(name)
    if original is None or is_wrapper(original) or not callable(original):
        return
    wrapper = make(original)
    disguise(wrapper, original)
    setattr(owner, name, wrapper)


def disguise(wrapper: Any, original: Any) -> None:
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
    wrapper.__prepare_scriptable__ = lambda: original
    _wrappers.add(id(wrapper))
    _kept.append(wrapper)  # ids stay unique only while the wrappers live
