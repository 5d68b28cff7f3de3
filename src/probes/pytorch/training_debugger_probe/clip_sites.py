"""The lines that clip gradients, and whether there is something to clip then."""

from __future__ import annotations

import math
import weakref
from typing import Any, Sequence

import torch

from . import amp, clearing
from .session import session
from .source import place, user_frame
from .watches import Watch, watches
from .wire import number

ALWAYS = 8
"""Changes that are said at once; later ones at most once a second."""
PERIOD = 1.0


class Site:
    """One line, by what was last said of it."""

    def __init__(self) -> None:
        self.state: tuple[float, bool, str] | None = None
        self.times = 0
        self.said = -math.inf
        self.owners: dict[int, Any] = {}
        """By id of the first parameter: weak reference to the optimizer's watch, None where none holds it."""

    def owner(self, parameters: Sequence[torch.Tensor]) -> Watch | None:
        key = id(parameters[0]) if parameters else 0
        if key not in self.owners:
            found = _owner(parameters)
            self.owners[key] = None if found is None else weakref.ref(found)
        reference = self.owners[key]
        watch: Watch | None = reference() if reference is not None else None
        return watch


_sites: dict[tuple[str, int, str], Site] = {}


def _owner(parameters: Sequence[torch.Tensor]) -> Watch | None:
    clipped = {id(each) for each in parameters}
    for watch in list(watches.values()):
        if any(id(each) in clipped for each in watch.parameters()):
            return watch
    return None


def observe(kind: str, limit: float, parameters: Sequence[torch.Tensor]) -> None:
    """Says the line at its first call, and again when the limit or the state of the gradients changed."""
    frame = user_frame()
    key = (frame.f_code.co_filename, frame.f_lineno, kind) if frame is not None else ("", 0, kind)
    site = _sites.setdefault(key, Site())
    watch = site.owner(parameters)
    fresh = _fresh(watch, parameters)
    scaled = fresh and watch is not None and amp.scales(watch.optimizer)
    state = (limit, scaled, "fresh" if fresh else "stale")
    if state == site.state:
        return
    now = session.now()
    if site.times >= ALWAYS and now - site.said < PERIOD:
        return
    site.state, site.said = state, now
    site.times += 1
    message: dict[str, Any] = {
        "type": "clipping",
        "kind": kind,
        "limit": number(limit),
        "step": session.step,
        "scaled": scaled,
        "gradients": state[2],
    }
    where = place(frame)
    if where is not None:
        message["source"] = where
    session.send(message)


def _fresh(watch: Watch | None, parameters: Sequence[torch.Tensor]) -> bool:
    """Whether a backward pass ran since the step. Gradients that a script computes in another way are new."""
    if not clearing.passes[0]:
        return any(each.grad is not None for each in parameters)
    return watch is None or clearing.went_back_since_step(watch)
