"""The variables of a frame: values first, what was imported and defined in a group, globals in another."""

from __future__ import annotations

import types
from types import FrameType
from typing import Any, Iterable

from . import containers, frames, values
from .references import Item, Members

_DEFINED = (types.ModuleType, types.FunctionType, types.BuiltinFunctionType, type)


def tree(frame: FrameType) -> Members | None:
    found = {name: each for name, each in frames.locals_of(frame).items() if _is_written(name)}
    plain = {name: each for name, each in found.items() if not _is_defined(each)}
    groups = [_group("definitions", {name: each for name, each in found.items() if _is_defined(each)}, frame)]
    if frames.is_function(frame):
        groups.append(_group("globals", _globals(frame), frame))

    def make() -> list[Item]:
        shown = [values.item(name, each, name, _setter(frame, name)) for name, each in plain.items()]
        return shown + [each for each in groups if each is not None]

    return Members(make)


def _is_written(name: str) -> bool:
    """Not `__name__`, nor what Python itself keeps."""
    return name.isidentifier() and not (name.startswith("__") and name.endswith("__"))


def _is_defined(value: Any) -> bool:
    return any(kind in type(value).__mro__ for kind in _DEFINED)


def _globals(frame: FrameType) -> dict[str, Any]:
    found = dict(frame.f_globals)
    return {name: each for name, each in found.items() if _is_written(name) and not _is_defined(each)}


def _setter(frame: FrameType, name: str) -> Any:
    return lambda value: frames.set_local(frame, name, value)


def _group(name: str, found: dict[str, Any], frame: FrameType) -> Item | None:
    names = list(found)

    def pairs(start: int, stop: int) -> Iterable[Any]:
        for each in names[start:stop]:
            yield each, found[each], each, lambda value, at=each: frame.f_globals.__setitem__(at, value)

    inside = containers.members(pairs, len(names), lambda each: names.index(each) if each in found else None)
    return None if inside is None else Item(name, f"{len(names)}", members=inside)
