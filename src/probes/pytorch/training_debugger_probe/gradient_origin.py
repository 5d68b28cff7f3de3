"""Where in the backward pass the first non-finite number appears: differentiates a replay by modules."""

from __future__ import annotations

from types import FrameType
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from . import graph_operations, replay, step_losses
from .captures import Call, tensors_in
from .forward_origin import ranges
from .layers import place_of
from .source import place, user_frame


class Ran:
    """One call of a module: what went in and came out, with the graph between."""

    __slots__ = ("began", "inputs", "module", "outputs")

    def __init__(self, module: Any, inputs: Any, outputs: Any, began: int) -> None:
        self.module = module
        self.began = began
        """Counts the beginnings of calls."""
        self.inputs = [each for each in tensors_in(inputs) if each.requires_grad]
        self.outputs = [each for each in tensors_in(outputs) if each.requires_grad]


class Lines(TorchFunctionMode):  # type: ignore[misc]
    """Remembers which line of the user's made each node of the graph."""

    def __init__(self, outside: FrameType | None) -> None:
        super().__init__()
        self.of: dict[Any, dict[str, Any]] = {}
        self._outside = outside

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        frame = user_frame()
        if frame is not None and frame is not self._outside:
            for tensor in tensors_in(result):
                if tensor.grad_fn is not None:
                    self.of.setdefault(tensor.grad_fn, place(frame) or {})
        return result


class Differentiated:
    """A replay with gradients: `calls` in the order they ended, `grads` by id of the tensor."""

    def __init__(self, calls: list[Call], outside: FrameType | None) -> None:
        self.copies = replay.Copies(calls)
        self.calls: list[Ran] = []
        self.results: list[torch.Tensor] = []
        self.grads: dict[int, Any] = {}
        self.loss: step_losses.Given | None = None
        self.lines = Lines(outside)
        self._began = 0
        self._open: list[int] = []
        for module in self.copies.modules():
            module.register_forward_pre_hook(self._begins)
            module.register_forward_hook(self._ran)
        with torch.enable_grad():
            with self.lines:
                replay.run(calls, self.copies, self._returned)
            self._differentiate()

    def _begins(self, _module: Any, _args: Any) -> None:
        self._began += 1
        self._open.append(self._began)

    def _ran(self, module: Any, args: Any, output: Any) -> None:
        self.calls.append(Ran(module, args, output, self._open.pop()))

    def _returned(self, _call: Call, output: Any) -> None:
        self.results += [each for each in tensors_in(output) if each.requires_grad]

    def _differentiate(self) -> None:
        scalar = self._scalar()
        wanted: list[torch.Tensor] = list(self.results)
        for ran in self.calls:
            wanted += ran.inputs + ran.outputs
        wanted += [
            each
            for module in self.copies.modules()
            for each in module._parameters.values()
            if each is not None
        ]
        unique = list({id(each): each for each in wanted if each.requires_grad}.values())
        found = torch.autograd.grad(scalar, unique, retain_graph=True, allow_unused=True)
        self.grads = {id(each): grad for each, grad in zip(unique, found)}

    def _scalar(self) -> torch.Tensor:
        """The loss, where one function made it of what the model returned; else the sum of all results."""
        for given in step_losses.given:
            kept = given.input()
            for result in self.results:
                if (
                    isinstance(kept, torch.Tensor)
                    and kept.shape == result.shape
                    and torch.equal(kept, result)
                ):
                    self.loss = given
                    return given.again(result).sum()
        return torch.stack([result.float().sum() for result in self.results]).sum()

    def _finite(self, tensors: list[torch.Tensor]) -> bool:
        return replay.finite(
            [self.grads[id(each)] for each in tensors if self.grads.get(id(each)) is not None]
        )

    def comes_in_bad(self) -> bool:
        """True when the gradient is not finite already where it enters the models."""
        return not self._finite(self.results)

    def module(self) -> Ran | None:
        """The innermost of the first modules, going backward, whose incoming gradient alone is finite."""
        guilty = [
            ran
            for ran in reversed(self.calls)
            if self._finite(ran.outputs) and not self._finite(leaving(ran))
        ]
        if not guilty:
            return None
        found = guilty[0]
        while True:
            parts = set(map(id, found.module.modules())) - {id(found.module)}
            inner = next((ran for ran in guilty if id(ran.module) in parts), None)
            if inner is None:
                return found
            found = inner

    def facts(self, ran: Ran) -> dict[str, Any]:
        """Operation, line and input range of the module's call."""
        original = self.copies.originals[id(ran.module)]
        stop = {each.grad_fn for each in ran.inputs if each.grad_fn is not None}
        facts: dict[str, Any] = {}
        where = place_of(original)
        for output in ran.outputs:
            for node in graph_operations.nodes(output.grad_fn, stop):
                if graph_operations.has_sharp_gradient(node):
                    facts["operation"] = graph_operations.name_of(node)
                    if not type(original).__module__.startswith("torch."):
                        where = self.lines.of.get(node, where)
        if where is not None:
            facts["source"] = where
        facts.update(ranges(ran.inputs[:1], None))
        return facts


def leaving(ran: Ran) -> list[torch.Tensor]:
    """What gradients go to: inputs and parameters."""
    own = [each for each in ran.module._parameters.values() if each is not None]
    inner = [
        each for module in ran.module.modules() for each in module._parameters.values() if each is not None
    ]
    return ran.inputs + (own if not ran.module._modules else inner)
