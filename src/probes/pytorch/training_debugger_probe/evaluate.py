"""What an expression of the user's script is worth, found without running any of the user's code."""

from __future__ import annotations

import ast
import operator
from types import FrameType
from typing import Any, Callable

from .source import local

OPERATORS: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
}


class Unknown(Exception):
    """The expression is not one that can be told."""


def evaluate(node: ast.AST, frame: FrameType) -> Any:
    """Names, plain attributes, items of plain containers, constants, integer arithmetic; raises Unknown
    else.
    """
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return local(frame, node.id)
    if isinstance(node, ast.Attribute):
        return attribute(evaluate(node.value, frame), node.attr)
    if isinstance(node, ast.Subscript):
        return _item(evaluate(node.value, frame), evaluate(node.slice, frame))
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        return _compute(OPERATORS[type(node.op)], evaluate(node.left, frame), evaluate(node.right, frame))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "int":
        return int(_number(evaluate(node.args[0], frame)))
    raise Unknown


def attribute(value: Any, name: str) -> Any:
    """An attribute as it is stored on the object or its class; nothing is run to get it."""
    stored = getattr(value, "__dict__", {})
    if name in stored:
        return stored[name]
    for kind in type(value).__mro__:
        if name in vars(kind) and isinstance(vars(kind)[name], (int, float)):
            return vars(kind)[name]
    raise Unknown


def _item(value: Any, key: Any) -> Any:
    if type(value) in (dict, list, tuple):
        try:
            return value[key]
        except (KeyError, IndexError, TypeError):
            pass
    raise Unknown


def _compute(operation: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
    try:
        return operation(_number(left), _number(right))
    except ArithmeticError:
        raise Unknown from None


def _number(value: Any) -> Any:
    if type(value) in (int, float):
        return value
    raise Unknown
