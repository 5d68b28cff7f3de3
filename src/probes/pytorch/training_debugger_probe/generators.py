"""The random generators of torch on the CPU and its devices, of Python and of numpy."""

from __future__ import annotations

import random
import sys
from typing import Any

import torch

from .observable import cuda_started


class Generators:
    """Their states at one time."""

    def __init__(self) -> None:
        self.torch = torch.get_rng_state()
        self.cuda = torch.cuda.get_rng_state_all() if cuda_started() else []
        self.python = random.getstate()
        numpy = sys.modules.get("numpy")
        self.numpy: Any = numpy.random.get_state() if numpy is not None else None

    def restore(self) -> None:
        torch.set_rng_state(self.torch)
        if self.cuda:
            torch.cuda.set_rng_state_all(self.cuda)
        random.setstate(self.python)
        if self.numpy is not None:
            sys.modules["numpy"].random.set_state(self.numpy)

    def saved(self) -> dict[str, Any]:
        """As tensors and numbers, which every torch loads without running code."""
        version, numbers, gauss = self.python
        found: dict[str, Any] = {
            "torch": self.torch,
            "cuda": self.cuda,
            "python": {"version": version, "state": torch.tensor(numbers), "gauss": gauss},
        }
        if self.numpy is not None:
            kind, keys, position, has_gauss, cached = self.numpy
            found["numpy"] = {
                "kind": kind,
                "keys": torch.tensor(keys.tolist()),
                "position": int(position),
                "hasGauss": int(has_gauss),
                "gauss": float(cached),
            }
        return found


def restore_saved(saved: dict[str, Any]) -> None:
    """Sets the generators to what `Generators.saved` gave; one that is not here is left out."""
    torch.set_rng_state(saved["torch"])
    if saved["cuda"] and len(saved["cuda"]) == torch.cuda.device_count():
        torch.cuda.set_rng_state_all(saved["cuda"])
    python = saved["python"]
    random.setstate((python["version"], tuple(python["state"].tolist()), python["gauss"]))
    numpy, state = sys.modules.get("numpy"), saved.get("numpy")
    if numpy is not None and state is not None:
        keys = numpy.array(state["keys"].tolist(), dtype=numpy.uint32)
        numpy.random.set_state((state["kind"], keys, state["position"], state["hasGauss"], state["gauss"]))
