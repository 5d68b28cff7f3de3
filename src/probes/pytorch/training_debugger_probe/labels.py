"""The name a person would call a loss by: the variable in the line that calls `backward()`."""

from __future__ import annotations

import ast
from types import FrameType

from .script import statement_at


def label(frame: FrameType | None) -> str:
    """`loss_d` for `loss_d.backward()`, `scaler.scale(loss_d).backward()`, `accelerator.backward(loss_d /
    4)`.
    """
    statement = statement_at(frame) if frame is not None else None
    for node in ast.walk(statement) if statement is not None else ():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr == "backward":
                return _name(node.args[0] if node.args else node.func.value) or "loss"
            if node.func.attr == "manual_backward" and node.args:
                return _name(node.args[0]) or "loss"
    return "loss"


def _name(node: ast.AST) -> str | None:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Call):
        inner = node.args[0] if node.args else node.func
        return _name(inner.value if isinstance(inner, ast.Attribute) and not node.args else inner)
    if isinstance(node, ast.BinOp):
        return _name(node.left) or _name(node.right)
    return None
