"""Puts the wrappers in place when torch has been imported."""

from __future__ import annotations

import sys
from typing import Any

from .modules import PARTS_OF_TORCH


def install(torch: Any) -> None:
    """Runs right after `import torch`; nothing is imported here that torch has not imported itself."""
    from . import backward, by_hand, captures, checkpoints, clipping, layers, losses, optimizers, seeds
    from .finder import run_hook, torch_is_whole

    torch_is_whole.append(True)
    seeds.seed_torch(torch)
    layers.install(torch.nn.Module)
    captures.install(torch)
    losses.install(torch.nn.functional)
    backward.install(torch)
    by_hand.install()
    clipping.install(torch)
    optimizers.install(torch.optim.Optimizer)
    checkpoints.install()
    for name in PARTS_OF_TORCH:
        module = sys.modules.get(name)
        if module is not None:
            run_hook(name, module)
