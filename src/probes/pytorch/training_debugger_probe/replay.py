"""Runs the calls of the step in progress again, on a copy of the models, with the random state they had.

Nothing of the training is touched: modules, buffers and inputs are copies, the user's own hooks are left out,
and every random generator is put back.
"""

from __future__ import annotations

import contextlib
import copy
from typing import Any, Callable, Iterator

import torch

from .captures import Call, tensors_in
from .generators import Generators

SLOWEST = 3.0
"""Seconds; a forward pass that takes longer is not run again."""
_HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
_COLLECTIVE = {"SyncBatchNorm", "FullyShardedDataParallel"}


class Copies:
    """Copies of the models that ran; `names` and `originals` are by id of a copied module."""

    def __init__(self, calls: list[Call]) -> None:
        roots: list[Any] = []
        for call in calls:
            root = call.root()
            if root is not None and not any(root is other for other in roots):
                roots.append(root)
        memo: dict[int, Any] = {}
        for root in roots:
            for module in root.modules():
                _detach_kept(vars(module), memo)
        copies = copy.deepcopy(roots, memo)
        self.by_root = {id(root): twin for root, twin in zip(roots, copies)}
        self.originals: dict[int, Any] = {}
        for root, twin in zip(roots, copies):
            for module, twin_module in zip(root.modules(), twin.modules()):
                self.originals[id(twin_module)] = module
                _drop_hooks(twin_module)

    def modules(self) -> Iterator[Any]:
        for twin in self.by_root.values():
            yield from twin.modules()


def _detach_kept(values: Any, memo: dict[int, Any], depth: int = 3) -> None:
    """What a module keeps of a graph (its last attention, a state) cannot be copied: its values can."""
    for value in values.values() if isinstance(values, dict) else values:
        if isinstance(value, torch.Tensor) and not value.is_leaf:
            memo[id(value)] = value.detach().clone()
        elif depth and isinstance(value, (list, tuple, dict)):
            _detach_kept(value, memo, depth - 1)


def _drop_hooks(module: Any) -> None:
    """Only torch's own (spectral norm, weight norm) are part of what the module computes."""
    for kind in _HOOKS:
        hooks = vars(module).get(kind)
        for key, hook in list((hooks or {}).items()):
            owner = getattr(hook, "__module__", None) or type(hook).__module__
            if not str(owner).startswith("torch."):
                del hooks[key]


def possible(calls: list[Call]) -> bool:
    """True where running again is safe: on the CPU, without other ranks."""
    for call in calls:
        root = call.root()
        if root is None or root.training != call.training:
            return False
        if any(type(module).__name__ in _COLLECTIVE for module in root.modules()):
            return False
        if any(each.device.type != "cpu" or hasattr(each, "_local_tensor") for each in root.parameters()):
            return False
    return bool(calls)


def run(calls: list[Call], copies: Copies, ran: Callable[[Call, Any], None]) -> None:
    """Calls the copies in order; `ran` is given each call and what it returned."""
    with unchanged_generators():
        for call in calls:
            twin = copies.by_root[id(call.root())]
            args, kwargs = _fresh(call.args), _fresh(call.kwargs)
            torch.set_rng_state(call.random)
            enabled, dtype = call.autocast
            context = torch.autocast("cpu", dtype=dtype) if enabled else contextlib.nullcontext()
            with context:
                ran(call, twin(*args, **kwargs))


def _fresh(value: Any) -> Any:
    """The same with its own tensors."""
    if isinstance(value, torch.Tensor):
        return value.detach().clone()
    if isinstance(value, (list, tuple)) and type(value) in (list, tuple):
        return type(value)(_fresh(each) for each in value)
    if type(value) is dict:
        return {name: _fresh(each) for name, each in value.items()}
    return value


@contextlib.contextmanager
def unchanged_generators() -> Iterator[None]:
    """Puts the random generators of torch, Python and numpy back."""
    generators = Generators()
    try:
        yield
    finally:
        generators.restore()


def finite(value: Any) -> bool:
    """True when no real tensor in the value holds a NaN or an infinity."""
    return all(bool(torch.isfinite(each).all()) for each in tensors_in(value) if each.is_floating_point())
