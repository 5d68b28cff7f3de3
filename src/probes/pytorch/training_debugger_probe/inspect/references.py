"""Trees of values as they are asked for: one line at a time, children when somebody opens it."""

from __future__ import annotations

from types import FrameType
from typing import Any, Callable, Iterable

from ..requests import RequestError
from ..wire import text

MOST = 1000
"""Children of one answer."""


class Item:
    """One line of a tree. `put` sets its value; `members` are its children."""

    __slots__ = ("expression", "kind", "line", "members", "name", "put")

    def __init__(
        self,
        name: str,
        line: str,
        kind: str = "",
        members: Members | None = None,
        expression: str | None = None,
        put: Callable[[Any], None] | None = None,
    ) -> None:
        self.name = name
        self.line = line
        self.kind = kind
        self.members = members
        self.expression = expression
        self.put = put


class Members:
    """The children of a value: `named` ones, made when they are asked for, and `count` ones by index, of
    which `page(start, stop)` makes some.
    """

    def __init__(
        self,
        named: Callable[[], list[Item]] = list,
        names: int = 0,
        page: Callable[[int, int], list[Item]] | None = None,
        count: int = 0,
        find: Callable[[str], int | None] | None = None,
    ) -> None:
        self._named = named
        self.names = names
        """How many named ones there are; counted only where there are others by index."""
        self._page = page
        self.count = count
        self._find = find

    @classmethod
    def of(cls, items: Iterable[Item]) -> Members | None:
        found = list(items)
        return cls(lambda: found) if found else None

    def some(self, start: int, count: int | None, which: str | None) -> list[Item]:
        """Named ones come first where both are asked for."""
        count = MOST if count is None else max(0, min(count, MOST))
        if which == "indexed":
            return self._indexed(start, start + count)
        named = self._named()
        found = named[start : start + count]
        if which == "named":
            return found
        first = start - len(named)
        return found + self._indexed(max(0, first), first + count)

    def _indexed(self, start: int, stop: int) -> list[Item]:
        start, stop = max(0, start), min(stop, self.count)
        return self._page(start, stop) if self._page is not None and start < stop else []

    def item(self, name: str) -> Item | None:
        """The child of that name."""
        found = next((each for each in self._named() if each.name == name), None)
        index = self._find(name) if found is None and self._find is not None else None
        return found if index is None else next(iter(self._indexed(index, index + 1)), None)


class References:
    """What was handed out since training was held; numbers are never used twice."""

    def __init__(self) -> None:
        self._last = 0
        self._known: dict[int, tuple[Members, FrameType | None]] = {}

    def add(self, members: Members | None, frame: FrameType | None) -> int:
        """`frame`: whose names a new value is written with."""
        if members is None:
            return 0
        self._last += 1
        self._known[self._last] = (members, frame)
        return self._last

    def get(self, reference: int) -> tuple[Members, FrameType | None]:
        known = self._known.get(reference)
        if known is None:
            raise RequestError(text("The training has gone on since."))
        return known

    def variable(self, item: Item, frame: FrameType | None) -> dict[str, Any]:
        """The line as it travels."""
        members = item.members
        found: dict[str, Any] = {
            "name": item.name,
            "value": item.line,
            "reference": self.add(members, frame),
        }
        if item.kind:
            found["type"] = item.kind
        if members is not None and members.count:
            found.update(named=members.names, indexed=members.count)
        if item.expression is not None:
            found["evaluateName"] = item.expression
        if item.put is not None:
            found["editable"] = True
        return found

    def forget(self) -> None:
        self._known.clear()


references = References()
