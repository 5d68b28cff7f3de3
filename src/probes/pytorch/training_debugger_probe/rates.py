"""The learning rate of each parameter group."""

from __future__ import annotations

import torch

from .guard import guarded
from .steps import Record
from .watches import Watch


@guarded("learning-rate")
def put(watch: Watch, record: Record) -> None:
    """`lr/<group>`, for a further optimizer `lr/<optimizer>.<group>`: the rate the step was taken with."""
    for index, group in enumerate(watch.optimizer.param_groups):
        rate = group.get("lr")
        series = f"lr/{watch.id}.{index}" if watch.id else f"lr/{index}"
        if isinstance(rate, (int, float)):
            record.scalars[series] = float(rate)
        elif isinstance(rate, torch.Tensor):
            record.read(series, [rate.detach().clone()])
