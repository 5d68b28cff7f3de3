"""Loads a checkpoint without running any code that is in it."""

from __future__ import annotations

import pickle
from types import SimpleNamespace
from typing import Any

import torch

_ALLOWED = {
    ("collections", "OrderedDict"),
    ("torch._utils", "_rebuild_tensor_v2"),
    ("torch._utils", "_rebuild_parameter"),
}


class _Unpickler(pickle.Unpickler):
    """Tensors and plain containers only."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _ALLOWED:
            raise pickle.UnpicklingError(f"{module}.{name} is not allowed in a checkpoint")
        return super().find_class(module, name)


def load(file: str) -> Any:
    """On the CPU. Before torch 2.0 `weights_only` reads no plain number with a fraction."""
    if int(torch.__version__.split(".")[0]) >= 2:
        return torch.load(file, map_location="cpu", weights_only=True)
    pickles = SimpleNamespace(Unpickler=_Unpickler, load=pickle.load, __name__="pickle")
    return torch.load(file, map_location="cpu", pickle_module=pickles)
