"""What a step was computed from, so that it can be computed again: calls of models and of loss functions
with what they were given, and backward passes.
"""

from __future__ import annotations

import contextlib
import weakref
from typing import Any, Callable, Iterator, Tuple

import torch

from . import captures
from .accuracy import correct
from .captures import tensors_in
from .generators import Generators
from .observable import cuda_started
from .snapshots import trained
from .wire import text

KEY = "training_debugger_source"
FEW = 64
"""Elements of which one is most likely not zero where not all are."""
Shape = Tuple[torch.Size, Tuple[int, ...], int]
"""Sizes, strides and offset in the storage."""


class Unknown(Exception):
    """The step cannot be computed again: `reason` says why."""

    def __init__(self, reason: dict[str, Any]) -> None:
        super().__init__(reason["template"])
        self.reason = reason


def shape_of(tensor: torch.Tensor) -> Shape:
    return tensor.size(), tensor.stride(), int(tensor.storage_offset())


class Output:
    """A tensor that a model returns, or a view of it."""

    def __init__(self, call: ModelCall, index: int, tensor: torch.Tensor) -> None:
        self.call, self.index = call, index
        self.shape = shape_of(tensor)
        self.detached = not tensor.requires_grad

    def again(self) -> torch.Tensor:
        part = whole = self.call.again[self.index]
        known = self.call.shapes[self.index]
        if shape_of(whole)[:2] != known[:2]:
            raise Unknown(text("The recorded gradients are used: a model returned another shape this time."))
        if self.shape != known:
            size, stride, offset = self.shape
            part = whole.as_strided(size, stride, offset - known[2] + int(whole.storage_offset()))
        return part.detach() if self.detached else part


class Constant:
    """A tensor that was given, as it was then; in memory of the host, as that of an accelerator is scarce."""

    def __init__(self, tensor: torch.Tensor) -> None:
        self.values = tensor.detach().to("cpu", copy=True)
        self.device = tensor.device
        self.requires_grad = tensor.requires_grad

    def again(self) -> torch.Tensor:
        return self.values.to(self.device, copy=True).requires_grad_(self.requires_grad)


class Modes:
    """Mixed precision and whether gradients are recorded."""

    def __init__(self) -> None:
        self.gradients = torch.is_grad_enabled()
        self.autocast = [("cpu", *captures.autocast())]
        if cuda_started():
            self.autocast.append(("cuda", torch.is_autocast_enabled(), torch.get_autocast_gpu_dtype()))

    @contextlib.contextmanager
    def again(self) -> Iterator[None]:
        with contextlib.ExitStack() as stack:
            stack.enter_context(torch.set_grad_enabled(self.gradients))
            for device, enabled, dtype in self.autocast:
                if enabled:
                    stack.enter_context(torch.autocast(device, dtype=dtype))
            yield


class ModelCall:
    """One call of a root module. `shapes` are those of what it returned, `again` what it returned at last."""

    def __init__(self, root: Any, args: Any, kwargs: Any) -> None:
        self.root, self.training = weakref.ref(root), bool(root.training)
        self.args, self.kwargs = args, kwargs
        self.modes, self.generators = Modes(), Generators()
        self.shapes: list[Shape] = []
        self.again: list[torch.Tensor] = []

    def run(self) -> None:
        root = self.root()
        if root is None or bool(root.training) != self.training:
            raise Unknown(text("The recorded gradients are used: the model has changed its mode."))
        self.generators.restore()
        with self.modes.again():
            result = root(*_again(self.args), **_again(self.kwargs))
        self.again = list(tensors_in(result))
        if len(self.again) != len(self.shapes):
            raise Unknown(text("The recorded gradients are used: a model returned something else this time."))


class Source:
    """A tensor that the scalar of a backward pass is made from, by factors and sums: `seed` is the gradient
    that reached it, `value` what it was.
    """

    def __init__(self, value: torch.Tensor) -> None:
        self.value = value.detach()
        self.seed: torch.Tensor | None = None
        self.result: torch.Tensor | None = None

    def follow(self, node: Any) -> None:
        """Notes the gradient when the backward pass comes to the node of the graph."""
        reference = weakref.ref(self)

        def passed(_: Any, gradients: Any) -> None:
            source = reference()
            if source is not None and gradients[0] is not None:
                source.seed = gradients[0].detach().clone()

        node.register_hook(passed)
        node.metadata[KEY] = reference


class LossAgain(Source):
    """One call of a loss function."""

    def __init__(self, call: Any, original: Any, args: Any, kwargs: Any, value: torch.Tensor) -> None:
        super().__init__(value)
        self.function, self.original = call.function, original
        self.args, self.kwargs = args, kwargs
        self.modes = Modes()
        self.right: tuple[float, int] | None = None

    def run(self) -> None:
        args, kwargs = _again(self.args), _again(self.kwargs)
        with self.modes.again():
            self.result = self.original(*args, **kwargs)
        found = correct(self.function, args, kwargs)
        self.right = None if found is None else (float(found[0]), found[1])


class OutputLoss(Source):
    """A loss that a model computes and returns."""

    def __init__(self, call: ModelCall, index: int, value: torch.Tensor) -> None:
        super().__init__(value)
        self.call, self.index = call, index

    def run(self) -> None:
        self.result = self.call.again[self.index]


class BackwardPass:
    """One backward pass: from which losses, with which factors, and what gradients there were before it."""

    def __init__(self, sources: list[Source], value: float, scale: float, series: str) -> None:
        self.sources, self.value, self.scale, self.series = sources, value, scale, series
        self.before = [(each, _state_of(each.grad)) for each in trained()]
        self.loss = value

    def run(self) -> None:
        for parameter, state in self.before:
            if state == "none":
                parameter.grad = None
            elif state == "zero" and parameter.grad is not None:
                parameter.grad.detach().zero_()
        given = [(each.result, each.seed) for each in self.sources if each.seed is not None]
        torch.autograd.backward([each for each, _ in given], [seed for _, seed in given])
        self.loss = self.value + sum(map(self._moved, self.sources))

    def _moved(self, source: Source) -> float:
        """How far a loss that has changed moves the scalar."""
        if source.seed is None or source.result is None:
            return 0.0
        with torch.no_grad():
            change = (source.result.double() - source.value.double()) * source.seed.double()
            return float(change.sum()) / self.scale


class Repeated:
    """A function of torch's that changed gradients or schedules, with what it was given."""

    def __init__(self, call: Callable[[], Any], of_schedule: bool) -> None:
        self.call, self.of_schedule = call, of_schedule
        self.result: Any = None

    def run(self) -> None:
        self.result = self.call()


def _state_of(gradient: torch.Tensor | None) -> str:
    if gradient is None:
        return "none"
    if gradient.layout != torch.strided or bool(gradient.reshape(-1)[:FEW].any()):
        return "kept"
    return "kept" if bool(gradient.any()) else "zero"


def _again(value: Any) -> Any:
    if isinstance(value, (Output, Constant)):
        return value.again()
    if type(value) in (list, tuple):
        return type(value)(_again(each) for each in value)
    if type(value) is dict:
        return {name: _again(each) for name, each in value.items()}
    return value
