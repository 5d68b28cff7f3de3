"""The learning rate of each parameter group."""

from __future__ import annotations

import torch

from .guard import guarded
from .steps import Record
from .watches import Watch


@guarded("learning-rate")
def put(watch: Watch, record: Record) -> None:
    """`lr/<group>`, for a further optimizer `lr/<optimizer>.<group>`: the rate the step was taken with."""
    prefix = f"lr/{watch.id}." if watch.id else "lr/"
    for index, group in enumerate(watch.optimizer.param_groups):
        rate = group.get("lr")
        if isinstance(rate, (int, float)):
            record.scalars[prefix + str(index)] = float(rate)
        elif isinstance(rate, torch.Tensor):
            record.read(prefix + str(index), [rate.detach().clone()])
