"""Trainings without an optimizer: scripts that change their weights themselves, after each backward pass.

What says that a step is over is that the weights are no longer what they were. That is looked for when the
model runs again, or else when the next backward pass begins; the first two go unmeasured.
"""

from __future__ import annotations

from typing import Any

import torch

from . import backward, captures, control, gates, measures, model_steps, turns, updates, watches
from .guard import guarded
from .session import session
from .source import place, user_frame
from .steps import steps
from .watches import ManualUpdates, Watch

PASSES = 8
"""Backward passes that leave the weights alone, after which nobody is taken to train by hand."""
MOST_NODES = 5000
MOST_PARAMETERS = 3
MOST_ELEMENTS = 256


class _ByHand:
    def __init__(self) -> None:
        self.over = False
        self.passes = 0
        self.leaves: list[torch.Tensor] = []
        self.kept: list[tuple[torch.Tensor, torch.Tensor]] = []
        """A few of the leaves, and some of their elements when they were last looked at."""
        self.updates: ManualUpdates | None = None
        self.open: Watch | None = None
        """While a step waits for its update."""
        self.left_out = False
        """True when the update it waits for is to change nothing."""
        self.losses: list[Any] = []
        """Of its first backward pass; those of further micro-batches are pending."""

    def keep(self) -> None:
        """Those nearest to the loss, which move if any do. A device is made to wait for one alone."""
        most = MOST_PARAMETERS if self.leaves and self.leaves[0].is_cpu else 1
        self.kept = [(each, _some(each).clone()) for each in self.leaves[:most]]

    def have_changed(self) -> bool:
        return any(not torch.equal(_some(each), kept) for each, kept in self.kept)


_by_hand = _ByHand()


def install() -> None:
    backward.on_begin.append(backward_begins)
    backward.on_end.append(backward_ended)
    captures.on_call.insert(0, look)
    session.on_close.insert(0, _at_the_end)


@guarded("manual-updates")
def backward_begins(args: Any, kwargs: dict[str, Any]) -> bool:
    """Before each backward pass, also of scripts that are not observed yet. True where observing has just
    begun: the loss of this pass was computed before.
    """
    if _by_hand.over:
        return False
    if session.over or any(watch.optimizer is not _by_hand.updates for watch in watches.watches.values()):
        look()
        _end()
    elif _by_hand.updates is not None:
        look()
    elif _by_hand.have_changed():
        return _begin()
    else:
        _wait_for(args[0] if args else kwargs.get("tensors"))
    return False


@guarded("manual-updates")
def backward_ended() -> None:
    """The gradients are there, and the weights are still the old."""
    watch = watches.find(_by_hand.updates) if _by_hand.updates is not None else None
    if watch is None or _by_hand.open is not None or not session.active:
        return
    if watch.step_source is None:
        watch.step_source = place(user_frame())
        session.send(watch.message())
    watch.opened = False
    watch.gated = control.control.reaches("step")
    measures.enter(watch)
    _by_hand.losses = list(backward.pending)
    measures.open_step(watch)
    if watch.gated:
        if gates.step_begins(watch, None) is not None:
            _take_gradients_away(watch)
        control.control.let_through()
    updates.before(watch)
    _by_hand.keep()
    _by_hand.open = watch


def _take_gradients_away(watch: Watch) -> None:
    """The update is to be left out, and only its gradients are in reach."""
    _by_hand.left_out = True
    for each in watch.parameters():
        if each.grad is not None:
            each.grad.detach().zero_()


def look() -> None:
    """Ends the step whose weights were changed since."""
    watch = _by_hand.open
    if watch is None or not (_by_hand.left_out or _by_hand.have_changed()):
        return
    _by_hand.open, _by_hand.left_out = None, False
    if backward.pending:
        backward.pending[:0] = _by_hand.losses
        backward.put(steps.now, watch.id, watch.resumed)
    measures.begin(watch)
    measures.finish(watch)
    turns.step_ends()


def _wait_for(loss: Any) -> None:
    _by_hand.passes += 1
    if _by_hand.passes > PASSES or not isinstance(loss, torch.Tensor):
        _end()
        return
    _by_hand.leaves = _leaves(loss)
    _by_hand.keep()


def _begin() -> bool:
    session.open()
    if not session.active:
        _end()
        return False
    _by_hand.updates = ManualUpdates(_by_hand.leaves)
    watch = watches.add(_by_hand.updates)
    watch.source = place(user_frame())
    watch.resumed = True
    session.send(watch.message())
    model_steps.begin()
    return True


def _leaves(loss: torch.Tensor) -> list[torch.Tensor]:
    """Parameters of modules that the loss depends on, or where it depends on none, several tensors.

    A single tensor is as likely an input that somebody attacks a model with.
    """
    found: dict[int, torch.Tensor] = {}
    queue, known = [loss.grad_fn], {loss.grad_fn}
    for node in queue:
        variable = getattr(node, "variable", None)
        if isinstance(variable, torch.Tensor) and variable.layout == torch.strided:
            found[id(variable)] = variable
        for parent, _ in getattr(node, "next_functions", ()):
            if parent is not None and parent not in known and len(known) < MOST_NODES:
                known.add(parent)
                queue.append(parent)
    parameters = [each for each in found.values() if isinstance(each, torch.nn.Parameter)]
    return parameters or (list(found.values()) if len(found) > 1 else [])


def _some(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.detach().reshape(-1)[:MOST_ELEMENTS]


def _end() -> None:
    _by_hand.over = True
    _by_hand.leaves, _by_hand.kept = [], []
    if _by_hand.updates is not None:
        watches.watches.pop(id(_by_hand.updates), None)
    _by_hand.updates = _by_hand.open = None


@guarded("manual-updates")
def _at_the_end() -> None:
    look()
