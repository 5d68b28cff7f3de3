"""Which device computes, as a person calls it."""

from __future__ import annotations

import os
import platform
from typing import Any, Iterable

import torch

from . import seeds
from .observable import cuda_started
from .session import session
from .wire import text

_said: list[dict[str, Any]] = []


def describe(parameters: Iterable[torch.Tensor]) -> None:
    """Says where the parameters are, when that is news."""
    devices = {parameter.device for parameter in parameters}
    accelerators = sorted((each for each in devices if each.type != "cpu"), key=str)
    backend = accelerators[0].type if accelerators else "cpu"
    message: dict[str, Any] = {
        "type": "runtime",
        "backend": backend,
        "device": _name(accelerators[0]) if accelerators else processor(),
        "gpus": [_physical(each.index or 0) for each in accelerators if each.type == "cuda"],
        "seeds": seeds.known(torch),
    }
    known = accelerators_here()
    if known is not None:
        message["available"] = known
    if backend == "cpu":
        message.update(_why_not_better())
    if message not in _said[-1:]:
        _said.append(message)
        session.send(message)


def uses(backend: str) -> bool:
    """True when the model was last seen on such a device."""
    return bool(_said) and _said[-1]["backend"] == backend


def accelerators_here() -> list[str] | None:
    """What torch could compute on here besides the CPU; None where only starting it would tell."""
    found = []
    if torch.version.cuda is not None or getattr(torch.version, "hip", None) is not None:
        count = _gpus()
        if count is None:
            return None
        if count > 0:
            found.append("cuda")
    mps = getattr(torch.backends, "mps", None)
    if mps is not None and mps.is_available():
        found.append("mps")
    return found


def _gpus() -> int | None:
    """GPUs that CUDA may use. It is not started for it: NVML counts them, or nothing does."""
    if cuda_started():
        return int(torch.cuda.device_count())
    if torch.version.cuda is None:
        return None
    count = getattr(torch.cuda, "_device_count_nvml", None)
    found = int(count()) if count is not None else -1
    return found if found >= 0 else None


def _name(device: torch.device) -> str:
    if device.type == "cuda" and cuda_started():
        return str(torch.cuda.get_device_name(device))
    return "Apple GPU" if device.type == "mps" else str(device)


def processor() -> str:
    """The name of the CPU."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _physical(index: int) -> int:
    """The GPU's number as nvidia-smi counts, where CUDA_VISIBLE_DEVICES names numbers."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES", "")
    try:
        return [int(part) for part in visible.split(",")][index] if visible else index
    except (ValueError, IndexError):
        return index


def _why_not_better() -> dict[str, Any]:
    if torch.version.cuda is None and getattr(torch.version, "hip", None) is None:
        if platform.system() == "Darwin":
            return {}
        return {
            "reason": text(
                "This build of PyTorch computes on the CPU only: install one with CUDA to use a GPU."
            )
        }
    if not cuda_started():
        return {"reason": text("The model is on the CPU and the script has not used a GPU.")}
    return {"reason": text("The model is on the CPU although a GPU is in use: move it with .to('cuda').")}
