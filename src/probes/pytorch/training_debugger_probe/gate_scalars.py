"""What is known at a gate of the step in progress, by series: nothing is written into the step for it."""

from __future__ import annotations

from typing import Any

from . import amp, backward, clearing, loaders, rates, readback
from .steps import Record, steps
from .timing import timing
from .watches import Watch
from .wire import number


def of_step(watch: Watch) -> dict[str, Any]:
    """At the gate of a step, whose losses and gradients are measured."""
    known = Record()
    rates.put(watch, known)
    clearing.put(watch, known)
    scaler = amp.current()
    if scaler is not None:
        amp.put_scale(scaler, known)
    taken = loaders.examples_taken(backward.micro_batches[0])
    if taken:
        known.scalars["samples"] = float(sum(taken))
    readback.settle()
    return _numbers({**steps.now.scalars, **known.scalars, **timing.parts()})


def of_micro_batch() -> dict[str, Any]:
    """After a backward pass: the losses so far, and what the loss functions told."""
    losses: dict[str, float] = {}
    for site, value in backward.pending:
        losses[site.series] = losses.get(site.series, 0.0) + float(value)
    readback.settle()
    return _numbers({**steps.now.scalars, **losses, **timing.parts()})


def _numbers(scalars: dict[str, float]) -> dict[str, Any]:
    return {name: number(value) for name, value in scalars.items()}
