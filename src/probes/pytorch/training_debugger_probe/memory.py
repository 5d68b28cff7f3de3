"""Memory of the process and of its accelerator, bytes."""

from __future__ import annotations

import os
import sys

import torch

from .guard import guarded
from .observable import cuda_started
from .past import past
from .session import session
from .steps import steps

PERIOD = 0.25
"""Seconds between two readings."""
_last = [-PERIOD]


@guarded("memory")
def put() -> None:
    """Reads memory a few times a second; no reading waits for the accelerator."""
    now = session.now()
    if now - _last[0] < PERIOD:
        return
    _last[0] = now
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
