"""The line that made a loss function's input: of the call in the script, or where the layer was built."""

from __future__ import annotations

import ast
import inspect
from types import FrameType
from typing import Any, Iterator

import torch

from . import layers, outputs
from .script import statement_at, tree_of
from .source import is_user_file, place, place_of

CALLS = {
    "softmax": ("softmax", "Softmax", "Softmax2d"),
    "log_softmax": ("log_softmax", "LogSoftmax"),
    "sigmoid": ("sigmoid", "sigmoid_", "Sigmoid"),
    "log_sigmoid": ("logsigmoid", "LogSigmoid"),
    "tanh": ("tanh", "tanh_", "Tanh"),
    "relu": ("relu", "relu_", "ReLU", "threshold"),
    "log": ("log",),
}
"""What an activation is called as a function and as a module."""


def find(kind: str, node: Any, frame: FrameType | None) -> dict[str, Any] | None:
    """Of the activation `kind` that `node` is: in the lines before the loss, among the model's modules, in
    its `forward` methods; of a linear layer, where it was built.
    """
    held = next(outputs.parameters_behind(node), None)
    roots = layers.roots([held]) if held is not None else []
    if kind not in CALLS:
        return _holder(roots, held) if kind == "none" and held is not None else None
    names = CALLS[kind]
    found = _before(frame, names)
    for root in roots:
        found = found or _module(root, names) or _in_forward(root, names)
    return found


def _holder(roots: list[Any], held: torch.Tensor) -> dict[str, Any] | None:
    for root in roots:
        for module in root.modules():
            if any(each is held for each in module._parameters.values()):
                return layers.place_of(module)
    return None


def _before(frame: FrameType | None, names: tuple[str, ...]) -> dict[str, Any] | None:
    """The loss call's own argument, or the nearest assignment before it to the variable it is given."""
    statement = statement_at(frame) if frame is not None else None
    if frame is None or statement is None:
        return None
    if _calls(statement, names):
        return place(frame)
    wanted = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
    tree = tree_of(frame.f_code.co_filename)
    assigned = (
        [
            each
            for each in ast.walk(tree)
            if isinstance(each, ast.Assign)
            if frame.f_code.co_firstlineno <= each.lineno < statement.lineno and _targets(each) & wanted
        ]
        if tree is not None
        else []
    )
    nearest = {}
    for each in sorted(assigned, key=lambda one: one.lineno):
        nearest.update({name: each for name in _targets(each) & wanted})
    for each in nearest.values():
        if _calls(each, names):
            return place_of(frame.f_code, max(_lines(each, names)))
    return None


def _targets(statement: ast.Assign) -> set[str]:
    return {node.id for each in statement.targets for node in ast.walk(each) if isinstance(node, ast.Name)}


def _calls(statement: ast.AST, names: tuple[str, ...]) -> bool:
    return next(_lines(statement, names), None) is not None


def _lines(statement: ast.AST, names: tuple[str, ...]) -> Iterator[int]:
    """Lines of the calls of a function or method with one of the names."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", None))
            if name in names:
                yield node.lineno


def _module(root: Any, names: tuple[str, ...]) -> dict[str, Any] | None:
    """The last activation module of the model."""
    found = [each for each in root.modules() if type(each).__name__ in names]
    return layers.place_of(found[-1]) if found else None


def _in_forward(root: Any, names: tuple[str, ...]) -> dict[str, Any] | None:
    """The last such call in `forward`, of the outermost module that has one in a file of the user's."""
    seen: set[type] = set()
    for module in root.modules():
        if type(module) in seen:
            continue
        seen.add(type(module))
        forward = inspect.unwrap(type(module).forward)
        code = getattr(forward, "__code__", None)
        if code is None or not is_user_file(code.co_filename):
            continue
        tree = tree_of(code.co_filename)
        method = next((each for each in _functions(tree) if _starts_at(each, code.co_firstlineno)), None)
        lines = sorted(_lines(method, names)) if method is not None else []
        if lines:
            return place_of(code, lines[-1])
    return None


def _functions(tree: ast.Module | None) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.FunctionDef):
            yield node


def _starts_at(method: ast.FunctionDef, line: int) -> bool:
    """Code begins at its first decorator, where there is one."""
    return line in (method.lineno, *(each.lineno for each in method.decorator_list))
