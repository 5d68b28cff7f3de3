"""Learning rate schedulers: which there are and where they were built. Their effect is read from the
groups.
"""

from __future__ import annotations

import inspect
from typing import Any

from . import watches
from .guard import guarded
from .patching import replace
from .session import session
from .source import constructor_place

_depth = [0]
_count = [0]


def install(module: Any) -> None:
    for kind in list(vars(module).values()):
        if isinstance(kind, type) and kind.__module__ == module.__name__ and _takes_optimizer(kind):
            replace(kind, "__init__", _make)


def _takes_optimizer(kind: type) -> bool:
    constructor = vars(kind).get("__init__")
    return constructor is not None and "optimizer" in inspect.signature(constructor).parameters


def _make(original: Any) -> Any:
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        _depth[0] += 1
        try:
            original(self, *args, **kwargs)
        finally:
            _depth[0] -= 1
        if session.active and not _depth[0]:
            _built(self)

    return __init__


@guarded("schedulers")
def _built(scheduler: Any) -> None:
    watch = watches.find(getattr(scheduler, "optimizer", None))
    if watch is None:
        return
    message: dict[str, Any] = {
        "type": "scheduler",
        "id": _count[0],
        "optimizer": watch.id,
        "name": type(scheduler).__name__,
    }
    _count[0] += 1
    source = constructor_place(scheduler)
    if source is not None:
        message["source"] = source
    session.send(message)
