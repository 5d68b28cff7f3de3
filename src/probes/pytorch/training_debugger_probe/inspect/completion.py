"""What can be written next: names, and after a dot attributes. No property and no function is called."""

from __future__ import annotations

import ast
import builtins
import inspect
import keyword
import re
import types
from typing import Any, Iterable

import torch

from . import evaluation, frames
from .limits import TooSlow, limited

_WORD = re.compile(r"(?:(?P<owner>[\w.\[\]'\"]+)\.)?(?P<word>[^\W\d]\w*|)$")
_READABLE = (types.GetSetDescriptorType, types.MemberDescriptorType)
MOST = 1000


class Unknown(Exception):
    """The owner is not one that can be told without running code."""


def completions(params: dict[str, Any]) -> dict[str, Any]:
    before = _until(params["text"], params["column"])
    found = _WORD.search(before)
    assert found is not None
    word, owner = found["word"], found["owner"]
    start = params["column"] - _units(word)
    names = frames.names_of(frames.get(params["frame"]))
    names.update({name: value for name, value in evaluation.console.items() if name not in names})
    if owner is None and before[: found.start()].endswith("."):
        return {"start": start, "completions": []}
    try:
        offered = _of_names(names) if owner is None else _of_value(_value(owner, names))
    except Unknown:
        offered = []
    fitting = sorted({each for each in offered if _fits(each[0], word)}, key=_order)
    return {"start": start, "completions": [{"label": name, "kind": kind} for name, kind in fitting[:MOST]]}


def _until(line: str, column: int) -> str:
    """The text up to a column in UTF-16 units."""
    return line.encode("utf-16-le")[: 2 * max(0, column)].decode("utf-16-le", "ignore")


def _units(word: str) -> int:
    return len(word.encode("utf-16-le")) // 2


def _fits(name: str, word: str) -> bool:
    """What is private is offered to who begins so."""
    return name.lower().startswith(word.lower()) and (name[:1] != "_" or word[:1] == "_")


def _order(offered: tuple[str, str]) -> tuple[bool, str]:
    return offered[1] == "keyword", offered[0].lower()


def _of_names(names: dict[str, Any]) -> Iterable[tuple[str, str]]:
    for known in (vars(builtins), names):
        for name, value in known.items():
            if name.isidentifier():
                yield name, kind_of(value, "variable")
    for name in keyword.kwlist:
        yield name, "keyword"


def _of_value(value: Any) -> Iterable[tuple[str, str]]:
    for name in _listed(value):
        if type(name) is str and name.isidentifier():
            try:
                yield name, kind_of(stored(value, name), "property")
            except Unknown:
                yield name, "property"


def _listed(value: Any) -> list[Any]:
    """A `__dir__` of the user's may fail, or take its time."""
    try:
        return list(limited(dir, value))
    except (Exception, TooSlow):
        return list(object.__dir__(value))


def kind_of(value: Any, other: str) -> str:
    if isinstance(value, types.ModuleType):
        return "module"
    if isinstance(value, type):
        return "class"
    return "function" if inspect.isroutine(value) else other


def _value(owner: str, names: dict[str, Any]) -> Any:
    try:
        return _worth(ast.parse(owner, mode="eval").body, names)
    except (SyntaxError, ValueError):
        raise Unknown from None


def _worth(node: ast.AST, names: dict[str, Any]) -> Any:
    """Names, stored attributes, and items of plain containers and modules."""
    if isinstance(node, ast.Constant):
        return node.value
    if type(node).__name__ == "Index":  # before Python 3.9 around what is in brackets
        return _worth(getattr(node, "value"), names)
    if isinstance(node, ast.Name):
        if node.id in names:
            return names[node.id]
        if hasattr(builtins, node.id):
            return getattr(builtins, node.id)
    if isinstance(node, ast.Attribute):
        return stored(_worth(node.value, names), node.attr)
    if isinstance(node, ast.Subscript):
        return _item(_worth(node.value, names), _worth(node.slice, names))
    raise Unknown


def stored(value: Any, name: str) -> Any:
    """An attribute, unless it is computed by code of the user's."""
    if isinstance(value, torch.nn.Module):
        for kind in ("_parameters", "_buffers", "_modules"):
            if name in vars(value).get(kind, {}):
                return vars(value)[kind][name]
    try:
        found = inspect.getattr_static(value, name)
    except Exception:
        raise Unknown from None
    if isinstance(found, _READABLE):
        return _read(found, value)
    if not inspect.isroutine(found) and hasattr(type(found), "__get__") and not isinstance(found, type):
        raise Unknown
    return found


def _read(descriptor: Any, value: Any) -> Any:
    try:
        return descriptor.__get__(value)
    except Exception:
        raise Unknown from None


def _item(value: Any, key: Any) -> Any:
    if isinstance(value, (torch.nn.Sequential, torch.nn.ModuleList)) and type(key) is int:
        value = list(value._modules.values())
    if type(value) in (dict, list, tuple):
        try:
            return value[key]
        except (LookupError, TypeError):
            pass
    raise Unknown
