"""Records what each step is computed from, while steps can be gone back to.

Nothing is put on the user's objects: the hooks are torch's global ones, and only there in the meantime.
"""

from __future__ import annotations

import sys
import weakref
from typing import Any, Callable

import torch
from torch.nn.modules import module as torch_module

from . import amp, captures
from .again import (
    KEY,
    BackwardPass,
    Constant,
    LossAgain,
    ModelCall,
    Output,
    OutputLoss,
    Repeated,
    Source,
    shape_of,
)
from .captures import tensors_in
from .control import control
from .graph import LINEAR
from .guard import guarded
from .observable import clear, is_compiling
from .session import session
from .snapshots import size_of
from .source import local
from .wire import text

MOST = 64
"""What is recorded of one step."""
ADDING = (*LINEAR, "Add", "Sub", "Neg")


class Recording:
    """Of one step, from the end of the step before it to its gate."""

    def __init__(self) -> None:
        self.items: list[Any] = []
        """In their order; each can be `run`."""
        self.problem: dict[str, Any] | None = None
        """Why the step cannot be computed again."""
        self._storages: dict[int, tuple[ModelCall, int]] = {}
        self._alive: list[torch.Tensor] = []
        self._constants: list[Constant] = []

    def add(self, item: Any) -> None:
        if len(self.items) >= MOST:
            self.problem = text(
                "The recorded gradients are used: more than {0} calls make up the step.",
                MOST,
            )
        else:
            self.items.append(item)

    def passes(self) -> list[BackwardPass]:
        return [each for each in self.items if isinstance(each, BackwardPass)]

    def losses(self) -> list[LossAgain]:
        return [each for each in self.items if isinstance(each, LossAgain)]

    def returned(self, call: ModelCall, result: Any) -> None:
        for index, tensor in enumerate(tensors_in(result)):
            call.shapes.append(shape_of(tensor))
            self._alive.append(tensor.detach())
            self._storages.setdefault(_storage(tensor), (call, index))
            if tensor.numel() == 1 and tensor.grad_fn is not None:
                source = OutputLoss(call, index, tensor)
                source.follow(tensor.grad_fn)
                self.add(source)

    def kept(self, value: Any) -> Any:
        """What was given, to be given again: parts of outputs as such, other tensors as they are now."""
        if isinstance(value, torch.Tensor):
            return self._kept_tensor(value)
        if type(value) in (list, tuple):
            return type(value)(self.kept(each) for each in value)
        if type(value) is dict:
            return {name: self.kept(each) for name, each in value.items()}
        return value

    def _kept_tensor(self, tensor: torch.Tensor) -> Any:
        if isinstance(tensor, torch.nn.Parameter) or tensor.layout != torch.strided:
            return tensor
        known = self._storages.get(_storage(tensor))
        if known is not None:
            return Output(*known, tensor)
        if tensor.grad_fn is not None:
            self.problem = text(
                "The recorded gradients are used: the loss is computed from more than what the model returns."
            )
        return self._constant(tensor)

    def _constant(self, tensor: torch.Tensor) -> Constant:
        """A batch that is used at each step is copied once."""
        known = _copied.get(id(tensor))
        if known is not None and known[0]() is tensor and known[1] == tensor._version:
            return known[2]
        constant = Constant(tensor)
        self._constants.append(constant)
        if not tensor.is_inference():
            _copied[id(tensor)] = (weakref.ref(tensor), tensor._version, constant)
        return constant

    def bytes(self) -> int:
        return sum(size_of(each.values) for each in self._constants)

    def end(self) -> None:
        """The step is at its gate: what only told the outputs apart is let go of."""
        self._storages.clear()
        self._alive.clear()


def _storage(tensor: torch.Tensor) -> int:
    """Names the memory that the tensor is a view of."""
    storage = tensor.untyped_storage() if hasattr(tensor, "untyped_storage") else tensor.storage()
    return int(storage.data_ptr())


now: list[Recording] = []
"""Of the step in progress, while steps are recorded."""
_copied: dict[int, tuple[Any, int, Constant]] = {}
"""By id of a tensor that was given: weak reference, version, and the copy of that version."""
_hooks: list[Any] = []
_running: list[tuple[Any, ModelCall]] = []
"""The root that runs, and its call."""


def follow_gear() -> None:
    """Between two steps: begins the recording of the next one, or ends it all."""
    if control.gear.snapshot_bytes > 0 and "step" in control.gear.kinds and not captures.compiled():
        _begin()
    elif _hooks:
        stop()


@guarded("recording")
def _begin() -> None:
    now[:] = [Recording()]
    _running.clear()
    for key in [key for key, (reference, _, _) in _copied.items() if reference() is None]:
        del _copied[key]
    if not _hooks:
        _hooks.append(torch_module.register_module_forward_pre_hook(_called))
        _hooks.append(torch_module.register_module_forward_hook(_returned))


def stop() -> None:
    """In the free-running gear, and at the end."""
    now.clear()
    _running.clear()
    _copied.clear()
    while _hooks:
        _hooks.pop().remove()


def take() -> Recording | None:
    """At the gate of a step: what it was computed from, None when it was not recorded from its beginning."""
    if not now:
        return None
    recording = now.pop()
    recording.end()
    return recording


def _watching() -> bool:
    return bool(now) and session.active and not is_compiling() and clear()


def _called(module: Any, args: Any) -> None:
    if _running or not _watching() or not captures.is_root(module):
        return
    if module.training or torch.is_grad_enabled():
        _begin_call(module, args, local(sys._getframe(1), "kwargs"))


@guarded("recording")
def _begin_call(module: Any, args: Any, kwargs: Any) -> None:
    recording = now[0]
    given = recording.kept(args), recording.kept(dict(kwargs) if isinstance(kwargs, dict) else {})
    call = ModelCall(module, *given)
    _running.append((module, call))
    recording.add(call)


def _returned(module: Any, _: Any, result: Any) -> None:
    if _running and _running[-1][0] is module:
        call = _running.pop()[1]
        if now:
            _end_call(call, result)


@guarded("recording")
def _end_call(call: ModelCall, result: Any) -> None:
    now[0].returned(call, result)


@guarded("recording")
def loss(call: Any, original: Any, args: Any, kwargs: Any, result: torch.Tensor) -> None:
    """While steps are recorded, a loss function was called, outside of the models."""
    if _running or result.grad_fn is None:
        return
    again = LossAgain(call, original, now[0].kept(tuple(args)), now[0].kept(dict(kwargs)), result)
    again.follow(result.grad_fn)
    now[0].add(again)


@guarded("recording")
def backward(tensors: Any, plain: bool, series: str) -> None:
    """While steps are recorded, a backward pass begins; `plain`: on one scalar, without further arguments."""
    recording = now[0]
    if not plain or not isinstance(tensors, torch.Tensor):
        recording.problem = text(
            "The recorded gradients are used: the backward pass is not on a scalar alone."
        )
        return
    sources = _sources(tensors.grad_fn)
    if sources is None:
        recording.problem = text(
            "The recorded gradients are used: torch's loss functions are not all of the loss."
        )
        return
    value = amp.unscaled(tensors)
    scale = 1.0 if value is tensors else float(amp.used().get_scale())
    recording.add(BackwardPass(sources, float(value.detach()), scale, series))


def _sources(node: Any) -> list[Source] | None:
    """Those that the scalar is a sum of, with factors; None when it is anything else."""
    found: list[Source] = []
    queue = [node]
    while queue:
        node = queue.pop()
        if node is None:
            return None
        reference = node.metadata.get(KEY)
        source = reference() if isinstance(reference, weakref.ref) else None
        if source is not None:
            found.append(source)
            continue
        parents = [parent for parent, _ in node.next_functions if parent is not None]
        name = type(node).__name__
        if not parents or not name.startswith(ADDING) or (len(parents) > 1 and name.startswith(LINEAR)):
            return None
        queue += parents
    return found


@guarded("recording")
def repeat(call: Callable[[], Any], of_schedule: bool = False) -> None:
    """Something changed gradients, or a schedule, that is to be done again by `call`."""
    if now:
        now[0].add(Repeated(call, of_schedule))
