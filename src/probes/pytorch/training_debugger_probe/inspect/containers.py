"""What is inside of containers and objects. No property is called, no iterator is consumed."""

from __future__ import annotations

import keyword
import types
from collections import deque
from functools import partial
from itertools import islice
from typing import Any, Callable, Iterable, Sequence

from . import values
from .references import Item, Members
from .values import Kind

MOST_NAMED = 100
"""Children with names that are shown at once; more are asked for in pages."""


def members(pairs: Callable[[int, int], Iterable[Any]], size: int, find: Any = None) -> Members | None:
    """Children from `pairs(start, stop)`, which are arguments of `values.item`."""

    def page(start: int, stop: int) -> list[Item]:
        return [values.item(*pair) for pair in pairs(start, stop)]

    if not size:
        return None
    if size <= MOST_NAMED:
        return Members(lambda: page(0, size))
    return Members(page=page, count=size, find=find)


def join(expression: str | None, more: str) -> str | None:
    return None if expression is None else expression + more


def _indexed(value: Any, expression: str | None, put: bool) -> Members | None:
    def pairs(start: int, stop: int) -> Iterable[Any]:
        for index in range(start, min(stop, len(value))):
            setter = partial(value.__setitem__, index) if put else None
            yield f"[{index}]", value[index], join(expression, f"[{index}]"), setter

    return members(pairs, len(value), _index)


def _index(name: str) -> int | None:
    digits = name.strip("[]")
    return int(digits) if digits.isdigit() else None


def _sequence(value: Any, expression: str | None) -> Members | None:
    return _indexed(value, expression, isinstance(value, (list, deque)))


def _tuple(value: Any, expression: str | None) -> Members | None:
    fields: Sequence[str] = getattr(type(value), "_fields", ())
    if len(fields) != len(value):
        return _indexed(value, expression, False)
    return Members.of(
        values.item(name, each, attribute_of(expression, name)) for name, each in zip(fields, value)
    )


def _set(value: Any, _expression: str | None) -> Members | None:
    def pairs(start: int, stop: int) -> Iterable[Any]:
        for index, each in enumerate(
            islice(set.__iter__(value) if isinstance(value, set) else iter(value), start, stop)
        ):
            yield f"{{{start + index}}}", each

    return members(pairs, len(value))


def _dictionary(value: Any, expression: str | None) -> Members | None:
    def pairs(start: int, stop: int) -> Iterable[Any]:
        for key, each in list(islice(dict.items(value), start, stop)):
            path = join(expression, f"[{key!r}]") if values.is_simple(key) else None
            yield key_name(key), each, path, partial(value.__setitem__, key)

    def find(name: str) -> int | None:
        return next((at for at, key in enumerate(dict.keys(value)) if key_name(key) == name), None)

    return members(pairs, len(value), find)


def key_name(key: Any) -> str:
    return repr(key) if type(key) is str else values.short(key)


def attribute_of(expression: str | None, name: str) -> str | None:
    """`expression.name`, where that is something one can write."""
    return join(expression, f".{name}") if name.isidentifier() and not keyword.iskeyword(name) else None


def stored(value: Any) -> dict[str, Any]:
    """Attributes that are stored on the object or in its slots; nothing is run to get them."""
    found = getattr_of(value, "__dict__")
    kept = {name: each for name, each in found.items() if type(name) is str} if type(found) is dict else {}
    for kind in type(value).__mro__:
        for name, descriptor in vars(kind).items():
            if (
                type(descriptor) is types.MemberDescriptorType
                and name not in kept
                and not name.startswith("__")
            ):
                try:
                    kept[name] = descriptor.__get__(value)
                except AttributeError:  # the slot is empty
                    pass
    return kept


def getattr_of(value: Any, name: str) -> Any:
    """As it is stored: a class of the user's may answer anything for its attributes."""
    try:
        return object.__getattribute__(value, name)
    except Exception:
        return None


def attributes(value: Any, expression: str | None, without: frozenset[str] = frozenset()) -> Members | None:
    def names() -> list[str]:
        return [name for name in stored(value) if name not in without]

    def pairs(start: int, stop: int) -> Iterable[Any]:
        found = stored(value)
        for name in names()[start:stop]:
            setter = partial(setattr, value, name)
            yield name, found[name], attribute_of(expression, name), setter

    return members(pairs, len(names()), lambda name: _place(names(), name))


def _place(names: list[str], name: str) -> int | None:
    return names.index(name) if name in names else None


def _bracketed(opening: str, closing: str, plain: tuple[type, ...]) -> Callable[[Any], str]:
    def line(value: Any) -> str:
        return f"{opening}{values.preview(value, len(value))}{closing}{values.sized(value, plain)}"

    return line


def _mapping(value: Any) -> str:
    few = islice(dict.items(value), values.FEW)
    pairs = [f"{values.short(key)}: {values.short(each)}" for key, each in few]
    more = ["…"] * (len(value) > values.FEW)
    return f"{{{', '.join(pairs + more)}}}{values.sized(value, (dict,))}"


def _class(value: Any) -> str:
    return f"<class {value.__module__}.{value.__qualname__}>"


def _module(value: Any) -> str:
    return f"<module {getattr_of(value, '__name__')}>"


def _size(value: Any) -> str:
    return f"{values.type_name(value)} ({len(value)})"


values.kinds.update(
    {
        list: Kind(_bracketed("[", "]", (list,)), _sequence, _size),
        deque: Kind(_bracketed("[", "]", (list,)), _sequence, _size),
        tuple: Kind(_bracketed("(", ")", (tuple,)), _tuple),
        set: Kind(_bracketed("{", "}", (set,)), _set, _size),
        frozenset: Kind(_bracketed("{", "}", ()), _set, _size),
        dict: Kind(_mapping, _dictionary, _size),
        type: Kind(_class, values.nothing),
        types.ModuleType: Kind(_module, values.nothing),
        object: Kind(values.told, attributes),
    }
)
