"""Seeds: setting the one the engine asks for, and saying which are known."""

from __future__ import annotations

import os
import sys
from typing import Any

UNSEEDED = 67280421310721
"""What torch's default generator starts from when nobody seeds it."""
_set: dict[str, int] = {}


def wanted() -> int | None:
    """`TRAINING_DEBUGGER_SEED`, when it is a number."""
    try:
        return int(os.environ["TRAINING_DEBUGGER_SEED"])
    except (KeyError, ValueError):
        return None


def seed_torch(torch: Any) -> None:
    """Before the script goes on: seeds torch and Python's own generator."""
    seed = wanted()
    if seed is None:
        return
    import random

    random.seed(seed)
    torch.manual_seed(seed)
    _set.update(torch=seed, python=seed)
    if "numpy" in sys.modules:
        seed_numpy(sys.modules["numpy"])


def seed_numpy(numpy: Any) -> None:
    """NumPy takes seeds of 32 bits."""
    seed = wanted()
    if seed is not None and "numpy" not in _set:
        numpy.random.seed(seed % 2**32)
        _set["numpy"] = seed % 2**32


def known(torch: Any) -> dict[str, int]:
    """Seeds known to be set; torch's own tells whether the script seeded it."""
    found = dict(_set)
    current = torch.initial_seed()
    if current != UNSEEDED:
        found["torch"] = current
    return found
