"""Memory of the process and of its accelerator, bytes."""

from __future__ import annotations

import os
import sys

import torch

from .guard import guarded
from .observable import cuda_started
from .past import past
from .steps import steps

PERIOD = 0.25
"""Seconds between two readings."""
_next = [0.0]


def put(now: float) -> None:
    """Reads memory a few times a second; no reading waits for the accelerator. `now`: the session's."""
    if now >= _next[0]:
        _next[0] = now + PERIOD
        _put()


@guarded("memory")
def _put() -> None:
    size = resident()
    if size is not None:
        # What is kept for going back is ours: it is not the script whose memory grows.
        steps.put("memory/process", float(max(0, size - past.held())))
    if cuda_started():
        steps.put("memory/device", float(torch.cuda.memory_allocated()))
        steps.put("memory/deviceReserved", float(torch.cuda.memory_reserved()))


def resident() -> int | None:
    """Resident set size in bytes now, or where only that is known at its highest."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        pass
    if sys.platform == "darwin":
        import resource

        return int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    return None
