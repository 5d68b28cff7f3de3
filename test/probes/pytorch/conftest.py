"""Which files are collected: those that need more than torch only where the newest torch's companions are."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

COMPANIONS = {
    "test_lightning.py": "lightning",
    "test_transformers.py": "transformers",
    "test_accelerate.py": "accelerate",
}
"""Packages that do not exist for torch 1.13; the newest Python of the tests has them all."""


def _newest():
    import torch

    return int(torch.__version__.split(".")[0]) >= 2


NEWEST = _newest()
NEEDS_NEWEST = [*COMPANIONS, "test_compile.py", "test_scaler.py", "processes/test_held_frameworks.py"]
collect_ignore = [] if NEWEST else NEEDS_NEWEST


def pytest_sessionstart(session):
    """A newest Python without a companion is a broken setup, not a reason to test less."""
    missing = [name for name in COMPANIONS.values() if NEWEST and importlib.util.find_spec(name) is None]
    if missing:
        raise RuntimeError("install test/requirements.txt: missing " + ", ".join(missing))
