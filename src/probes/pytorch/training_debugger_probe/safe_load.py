"""Loads a checkpoint without running any code that is in it."""

from __future__ import annotations

import pickle
import pickletools
import zipfile
from typing import Any

import torch

_ALLOWED = {
    "collections OrderedDict",
    "torch._utils _rebuild_tensor_v2",
    "torch._utils _rebuild_parameter",
}
_NAMELESS = {"STACK_GLOBAL", "INST", "OBJ", "EXT1", "EXT2", "EXT4"}
"""Instructions that name what they call in other ways than `GLOBAL`; torch writes none of them."""


def load(file: str) -> Any:
    """On the CPU. Before torch 2.0 `weights_only` reads no plain number with a fraction."""
    if int(torch.__version__.split(".")[0]) >= 2:
        return torch.load(file, map_location="cpu", weights_only=True)
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            if name.endswith(".pkl"):
                _check(name, archive.read(name))
    return torch.load(file, map_location="cpu")


def _check(name: str, data: bytes) -> None:
    """Raises UnpicklingError where it would make anything but tensors and plain containers."""
    if not name.endswith("/data.pkl"):
        raise pickle.UnpicklingError(f"{name} is not allowed in a checkpoint")
    for instruction, argument, _ in pickletools.genops(data):
        storage = str(argument).startswith("torch ") and str(argument).endswith("Storage")
        known = storage or argument in _ALLOWED
        if instruction.name in _NAMELESS or (instruction.name == "GLOBAL" and not known):
            raise pickle.UnpicklingError(f"{argument} is not allowed in a checkpoint")
