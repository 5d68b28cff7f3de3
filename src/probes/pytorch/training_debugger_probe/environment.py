"""What this process is: rank, script, versions."""

from __future__ import annotations

import os
import platform
import socket
import sys
from typing import Any

VERSION = 1
PACKAGES = (
    "torch",
    "numpy",
    "lightning",
    "pytorch_lightning",
    "transformers",
    "accelerate",
    "torchvision",
    "datasets",
    "deepspeed",
    "timm",
)


def hello(time: float) -> dict[str, Any]:
    """The first message. `time` is the wall clock, seconds since 1970."""
    rank, local_rank, world = ranks()
    return {
        "type": "hello",
        "version": VERSION,
        "token": os.environ.get("TRAINING_DEBUGGER_TOKEN", ""),
        "framework": "pytorch",
        "frameworkVersion": packages().get("torch", ""),
        "language": "python",
        "languageVersion": platform.python_version(),
        "pid": os.getpid(),
        "rank": rank,
        "localRank": local_rank,
        "worldSize": world,
        "host": socket.gethostname(),
        "script": script(),
        "argv": arguments(),
        "cwd": os.getcwd(),
        "time": time,
        "packages": packages(),
    }


def ranks() -> tuple[int, int, int]:
    """Rank, local rank and world size: of torch.distributed when it runs, else of the launcher's
    environment.
    """
    rank, world = _integer("RANK", 0), _integer("WORLD_SIZE", 1)
    distributed = sys.modules.get("torch.distributed")
    try:
        if distributed is not None and distributed.is_available() and distributed.is_initialized():
            rank, world = distributed.get_rank(), distributed.get_world_size()
    except Exception:
        pass  # half-imported: the environment has to do
    return rank, _integer("LOCAL_RANK", rank if world > 1 else 0), world


def _integer(name: str, default: int) -> int:
    try:
        return int(os.environ[name])
    except (KeyError, ValueError):
        return default


def script() -> str:
    main = getattr(sys.modules.get("__main__"), "__file__", None)
    started = main or (sys.argv[0] if getattr(sys, "argv", None) else "")
    return os.path.abspath(started) if started else ""


def arguments() -> list[str]:
    """All that came after the interpreter, as far as this Python tells (whole from 3.10)."""
    original = getattr(sys, "orig_argv", None)
    return [str(part) for part in (original[1:] if original else sys.argv)]


def packages() -> dict[str, str]:
    """Versions of the packages that matter to the result, of those that the script has imported."""
    found = {}
    for name in PACKAGES:
        version = getattr(sys.modules.get(name), "__version__", None)
        if version is not None:
            found[name] = str(version)
    return found
