"""What the layers put out in training, on sampled steps: for one forward pass hooks watch every module, and
activations that are called as functions are wrapped. Between the passes nothing of it is there.
"""

from __future__ import annotations

import math
import sys
from typing import Any, Callable, Sequence

import torch
from torch.nn.modules import module as torch_module

from . import captures, readback
from .activation_stats import NAMES, summary, unit_axis, usable
from .captures import tensors_in
from .guard import guarded
from .layers import place_of
from .observable import clear, is_compiling, is_plain
from .parameters import parameters, shape
from .sampling import Sampler
from .session import session
from .source import place, user_frame
from .timing import clock
from .wire import number

FIRST = 3
"""Steps that are always looked at."""
PERIOD = 1.0
"""Seconds between two passes that are looked at later on."""
MOST_ENTRIES = 512
SEQUENCES = 3
"""Dimensions of a batch of sequences; only the shapes of these are told."""
MOST_REPEATS = 16
"""Calls of one layer in a pass that are looked at."""
_RECTIFIERS = ("relu", "relu_", "relu6", "leaky_relu", "elu", "selu", "gelu", "silu", "softplus", "hardswish")
_FUNCTIONAL = (*_RECTIFIERS, "softsign", "hardtanh", "hardsigmoid", "tanh", "sigmoid")
_TORCH = ("relu", "relu_", "selu", "tanh", "tanh_", "sigmoid", "sigmoid_")
_TENSOR = ("relu", "relu_", "tanh", "tanh_", "sigmoid", "sigmoid_")
_OWN = ("torch/nn/modules/activation.py", "torch/nn/functional.py")
"""Files whose calls of an activation are part of an activation."""


class Pass:
    """The outputs of one forward pass, while it is looked at."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []
        self.owners: list[int] = []
        """Id of the module of each entry, 0 for a function."""
        self.vectors: list[torch.Tensor] = []
        self.repeats: dict[int, int] = {}
        self.axis = -1
        self.seconds = 0.0

    def add(self, owner: int, kind: str, where: Callable[[], Any], given: Any, output: torch.Tensor) -> None:
        if len(self.entries) >= MOST_ENTRIES or self.repeats.get(owner, 0) >= MOST_REPEATS:
            return
        if owner:
            self.repeats[owner] = self.repeats.get(owner, 0) + 1
        self.axis = unit_axis(kind, output.dim(), self.axis)
        with torch.no_grad():
            self.vectors.append(summary(output, kind, self.axis if output.dim() > 1 else 0))
        entry: dict[str, Any] = {"layer": -1, "kind": kind}
        if isinstance(given, torch.Tensor) and given.dim() == SEQUENCES:
            entry["inputShape"] = shape(given)
        source = where()
        if source is not None:
            entry["source"] = source
        self.entries.append(entry)
        self.owners.append(owner)


_open: list[Pass] = []
_due = [True]
_last = [-math.inf]
_sampler = Sampler(0.2)
_handle: list[Any] = []
_replaced: list[tuple[Any, str, Any, bool]] = []
_inside = [False]


@guarded("activations")
def begin() -> None:
    """A model is about to run in training."""
    if not _due[0] or captures.compiled():
        return
    start = clock()
    _due[0] = False
    _open[:] = [Pass()]
    _handle.append(torch_module.register_module_forward_hook(_ran))
    functional = torch.nn.functional
    for owner, names in ((functional, _FUNCTIONAL), (torch, _TORCH), (torch.Tensor, _TENSOR)):
        for name in names:
            _wrap(owner, name)
    _open[0].seconds += clock() - start


def _wrap(owner: Any, name: str) -> None:
    original = getattr(owner, name, None)
    if original is None:
        return

    def activation(*args: Any, **kwargs: Any) -> Any:
        result = original(*args, **kwargs)
        if not _inside[0] and _open and not is_compiling() and clear():
            _called(name, result, sys._getframe(1).f_code.co_filename)
        return result

    _replaced.append((owner, name, original, name in vars(owner)))
    setattr(owner, name, activation)


def end() -> None:
    """The backward pass begins, or the step is over: hooks and wrappers go."""
    while _handle:
        _handle.pop().remove()
    while _replaced:
        owner, name, original, own = _replaced.pop()
        if own:
            setattr(owner, name, original)
        else:
            delattr(owner, name)


def _ran(module: Any, args: Any, output: Any) -> None:
    if is_compiling() or not _open or module._modules or not clear():
        return
    _look(module, args[0] if args else None, output)


@guarded("activations")
def _look(module: Any, given: Any, output: Any) -> None:
    if module.training and torch.is_grad_enabled():
        _take(id(module), type(module).__name__, lambda: place_of(module), given, output)


@guarded("activations")
def _called(name: str, output: Any, caller: str) -> None:
    if torch.is_grad_enabled() and not caller.replace("\\", "/").endswith(_OWN):
        _take(0, name, lambda: place(user_frame()), None, output)


def _take(owner: int, kind: str, where: Callable[[], Any], given: Any, output: Any) -> None:
    tensor = next(tensors_in(output), None)
    if tensor is None or not is_plain(tensor) or not usable(tensor):
        return
    start = clock()
    _inside[0] = True
    try:
        _open[0].add(owner, kind, where, given, tensor)
    finally:
        _inside[0] = False
        _open[0].seconds += clock() - start


@guarded("activations")
def finish(now: float) -> None:
    """The step is over: says what was seen, and decides about the next one. `now`: the session's."""
    end()
    if _open:
        start = clock()
        seen = _open.pop()
        if seen.vectors:
            _last[0] = now
            _send(seen, session.step, now)
        _sampler.spent(seen.seconds + clock() - start)
    if session.step + 1 < FIRST:
        _due[0] = True
    elif not _due[0] and now - _last[0] >= PERIOD:
        _due[0] = _sampler.due()


def _send(seen: Pass, step: int, now: float) -> None:
    """Of a layer that ran more than once the call with the most dead or saturated units counts."""
    for entry, owner in zip(seen.entries, seen.owners):
        entry["layer"] = parameters.layer_index.get(owner, -1)
    wanted = [index for index, owner in enumerate(seen.owners) if not owner or _known(owner)]
    devices = {seen.vectors[index].device for index in wanted}
    if not wanted or len(devices) > 1:
        return

    def done(values: Sequence[float]) -> None:
        if values:
            size = len(NAMES)
            rows = [values[start : start + size] for start in range(0, len(values), size)]
            session.send(_message(seen, wanted, rows, step, now))

    readback.read_vector(torch.cat([seen.vectors[index] for index in wanted]), done)


def _known(owner: int) -> bool:
    return owner in parameters.layer_index


def _message(
    seen: Pass, wanted: list[int], rows: Sequence[Sequence[float]], step: int, now: float
) -> dict[str, Any]:
    entries: dict[int, tuple[float, dict[str, Any]]] = {}
    for index, row in zip(wanted, rows):
        facts = dict(zip(NAMES, row))
        entry = dict(seen.entries[index])
        for name, value in facts.items():
            if name in ("spread", "dead", "saturated"):
                if value == value:
                    entry[name] = number(value)
            else:
                entry[name] = number(round(value) if name == "nonFinite" else value)
        badness = max(float(entry.get("dead", 0)), float(entry.get("saturated", 0)))
        key = seen.owners[index] or -index - 1
        if key not in entries or entries[key][0] < badness:
            entries[key] = (badness, entry)
    found = [entry for _, entry in entries.values()]
    return {"type": "activations", "step": step, "time": round(now, 6), "layers": found}


captures.on_first.append(begin)
session.on_close.append(end)
