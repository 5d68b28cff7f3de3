"""What is known of a step by how its model and loss functions were called: told when the step is over."""

from __future__ import annotations

import torch

from . import activations, batches, captures, class_counts, overlap, recorder, retained, step_losses
from .guard import guarded
from .layers import roots
from .watches import watches


@guarded("captures")
def begin() -> None:
    """An optimizer was built: its models are looked at from their first call on."""
    recorder.follow_gear()
    captures.follow(roots([each for watch in list(watches.values()) for each in watch.parameters()]))


@guarded("captures")
def finish(now: float) -> None:
    """The step is over, and still the current one. `now` is that of the session."""
    activations.finish(now)
    class_counts.put(_examples)
    batches.step_without_loader(_called_with)
    if overlap.waits():
        overlap.trained(_input())
    retained.put(now)
    step_losses.clear()
    captures.next_step()


def _called_with() -> list[tuple[str, torch.Tensor]]:
    """The batch as the model and the loss function got it."""
    call = captures.first()
    if call is None:
        return []
    inputs = [tensor for tensor in call.tensors() if tensor.dim()]
    found = [("input" if not index else f"input{index}", each) for index, each in enumerate(inputs)]
    target = step_losses.target()
    return found if target is None else [*found[:1], ("target", target), *found[1:]]


def _input() -> torch.Tensor | None:
    tensors = _called_with()
    return tensors[0][1] if tensors and tensors[0][0] == "input" else None


def _examples() -> int | None:
    first = _input()
    return int(first.shape[0]) if first is not None else None
