"""The variables of a frame: values first, what was imported and defined in a group, globals in another."""

from __future__ import annotations

import types
from functools import partial
from types import FrameType
from typing import Any, Callable, Iterable

from . import containers, frames, values
from .references import Item, Members

_DEFINED = (types.ModuleType, types.FunctionType, types.BuiltinFunctionType, type)


def tree(frame: FrameType) -> Members | None:
    return Members(lambda: _items(frame))


def _items(frame: FrameType) -> list[Item]:
    found = {name: each for name, each in frames.locals_of(frame).items() if _is_written(name)}
    plain = {name: each for name, each in found.items() if not _is_defined(each)}
    defined = {name: each for name, each in found.items() if _is_defined(each)}
    shown = [
        values.item(name, each, name, partial(frames.set_local, frame, name)) for name, each in plain.items()
    ]
    groups = [_group("definitions", lambda: defined, frame)]
    if frames.is_function(frame):
        groups.append(_group("globals", lambda: _globals(frame), frame))
    return shown + [each for each in groups if each is not None]


def _is_written(name: str) -> bool:
    """Not `__name__`, nor what Python itself keeps."""
    return name.isidentifier() and not (name.startswith("__") and name.endswith("__"))


def _is_defined(value: Any) -> bool:
    return any(kind in type(value).__mro__ for kind in _DEFINED)


def _globals(frame: FrameType) -> dict[str, Any]:
    found = dict(frame.f_globals)
    return {name: each for name, each in found.items() if _is_written(name) and not _is_defined(each)}


def _group(name: str, read: Callable[[], dict[str, Any]], frame: FrameType) -> Item | None:
    names = list(read())

    def pairs(start: int, stop: int) -> Iterable[Any]:
        found = read()
        for each in names[start:stop]:
            if each in found:
                yield each, found[each], each, partial(frame.f_globals.__setitem__, each)

    inside = containers.members(pairs, len(names), lambda each: names.index(each) if each in names else None)
    return None if inside is None else Item(name, f"{len(names)}", members=inside)
