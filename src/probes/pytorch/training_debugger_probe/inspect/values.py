"""Any value on one line, and what is inside of it. Kinds of values register here how they are shown."""

from __future__ import annotations

import reprlib
import types
from itertools import islice
from typing import Any, Callable, Iterable, NamedTuple

from .limits import SECONDS, TooSlow, limited
from .references import Item, Members

LONGEST = 200
"""Characters of a line, and of a word within a preview."""
_WORD = 40
FEW = 6
"""Elements of a container that its line shows."""


class Kind(NamedTuple):
    line: Callable[[Any], str]
    members: Callable[[Any, str | None], Members | None]
    short: Callable[[Any], str] | None = None
    """Within the line of a container."""


kinds: dict[type, Kind] = {}
"""By class, for its subclasses too."""
exact: dict[type, Kind] = {}
"""By class, not for its subclasses."""
finders: list[Callable[[Any], Kind | None]] = []
"""For kinds whose classes are not there before the script imports them."""


def kind_of(value: Any) -> Kind:
    kind = exact.get(type(value)) or next(filter(None, (find(value) for find in finders)), None)
    return kind or next(kinds[base] for base in type(value).__mro__ if base in kinds)


def item(
    name: str, value: Any, expression: str | None = None, put: Callable[[Any], None] | None = None
) -> Item:
    """Shown whatever the value does: what raises is told in its line."""
    line, members = _safely(line_of, value), None
    try:
        members = kind_of(value).members(value, expression)
    except Exception as error:
        line = _failed(error)
    return Item(name, line, type_name(value), members, expression, put if is_simple(value) else None)


def type_name(value: Any) -> str:
    return type(value).__qualname__


def is_simple(value: Any) -> bool:
    """What a person can write down anew."""
    if type(value) is tuple:
        return all(map(is_simple, value))
    return value is None or type(value) in (bool, int, float, complex, str, bytes)


def line_of(value: Any) -> str:
    return cut(kind_of(value).line(value), LONGEST)


def short(value: Any) -> str:
    """A few characters within the line of a container."""
    kind = kind_of(value)
    return cut(_safely(kind.short or kind.line, value), _WORD)


def cut(line: str, longest: int) -> str:
    line = line.replace("\n", " ")
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def _safely(tell: Callable[[Any], str], value: Any) -> str:
    try:
        return tell(value)
    except TooSlow:
        return f"<{type_name(value)}: its repr takes longer than {SECONDS} s>"
    except Exception as error:
        return _failed(error)


def _failed(error: Exception) -> str:
    return cut(f"<{type(error).__name__}: {limited_str(error)}>", LONGEST)


def limited_str(value: Any) -> str:
    """Its text, or what kept it from being told."""
    try:
        return str(limited(str, value))
    except (Exception, TooSlow):
        return "?"


def told(value: Any) -> str:
    """By its own `__repr__`, where its class has one."""
    own: Any = type(value).__repr__
    if own is object.__repr__:
        return f"<{type(value).__module__}.{type_name(value)}>"
    return str(limited(repr, value))


def _integer(value: int) -> str:
    return repr(int(value)) if value.bit_length() < 4096 else f"<int of {value.bit_length()} bits>"


def _text(value: Any) -> str:
    if len(value) <= LONGEST:
        return repr(value)
    return f"{value[: LONGEST // 2]!r}… ({len(value)} long)"


def _function(value: Any) -> str:
    return f"<function {getattr(value, '__qualname__', '?')}>"


def _unread(value: Any) -> str:
    """Asking an iterator for anything would take it from the training."""
    return f"<{type_name(value)} {getattr(value, '__name__', '')}>".replace(" >", ">")


def nothing(_value: Any, _expression: str | None) -> None:
    return None


def sized(value: Any, plain: tuple[type, ...]) -> str:
    """What follows the preview of a container: its class, its size."""
    named = "" if type(value) in plain else f" {type_name(value)}"
    return f"{named} ({len(value)})" if named or len(value) > FEW else ""


def preview(values: Iterable[Any], size: int) -> str:
    """The first few of a container's elements."""
    return ", ".join([short(each) for each in islice(values, FEW)] + ["…"] * (size > FEW))


def _register() -> None:
    kind: type
    for kind in (bool, float, complex, type(None), type(Ellipsis), type(NotImplemented), range, slice):
        exact[kind] = Kind(repr, nothing)
    exact[int] = Kind(_integer, nothing)
    for kind in (str, bytes, bytearray):
        exact[kind] = Kind(_text, nothing, reprlib.repr)
    for kind in (types.FunctionType, types.BuiltinFunctionType, types.MethodType):
        exact[kind] = Kind(_function, nothing)
    for kind in (zip, map, filter, enumerate):
        exact[kind] = Kind(_unread, nothing)
    for kind in (types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType):
        exact[kind] = Kind(_unread, nothing)


_register()
