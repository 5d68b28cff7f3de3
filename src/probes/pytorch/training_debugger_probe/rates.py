"""The learning rate of each parameter group."""

from __future__ import annotations

import torch

from .guard import guarded
from .steps import steps
from .watches import Watch


@guarded("learning-rate")
def put(watch: Watch) -> None:
    """`lr/<group>`, for a further optimizer `lr/<optimizer>.<group>`: the rate the step was taken with."""
    prefix = f"lr/{watch.id}." if watch.id else "lr/"
    for index, group in enumerate(watch.optimizer.param_groups):
        rate = group.get("lr")
        if isinstance(rate, (int, float)):
            steps.put(prefix + str(index), float(rate))
        elif isinstance(rate, torch.Tensor):
            steps.now.read(prefix + str(index), [rate.detach().clone()])
