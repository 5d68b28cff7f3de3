"""Graphs of earlier steps' losses that something still holds on to: `total += loss` keeps them all."""

from __future__ import annotations

import weakref
from collections import deque
from typing import Any

import torch

from .guard import guarded
from .session import session
from .steps import steps

KEY = "training_debugger_graph"
MOST = 256
"""Losses that are remembered."""
RECENT = 2
"""Steps whose losses the script may well hold."""
PERIOD = 0.25
"""Seconds between two counts, where there are not `EVERY` steps."""
EVERY = 16
_marks: deque[tuple[int, Any]] = deque(maxlen=MOST)
"""Step and weak reference to what was put on the graph, of the graphs that were there at the last count."""
_next = [0.0]


class _Mark:
    """Lives as long as the node of the graph that it was put on."""

    __slots__ = ("__weakref__",)


@guarded("retained-graphs")
def follow(loss: torch.Tensor) -> None:
    """A backward pass begins on this loss."""
    node = loss.grad_fn
    if node is not None:
        mark = _Mark()
        node.metadata[KEY] = mark
        _marks.append((session.step, weakref.ref(mark)))


def put(now: float) -> None:
    """Counts, at every few steps or a few times a second. `now` is that of the session."""
    if now >= _next[0] or session.step % EVERY == 0:
        _next[0] = now + PERIOD
        _count()


@guarded("retained-graphs")
def _count() -> None:
    recent = session.step - RECENT
    left = [entry for entry in _marks if entry[1]() is not None]
    _marks.clear()
    _marks.extend(left)
    steps.put("retainedGraphs", float(sum(step < recent for step, _ in left)))
