"""How the script averages its validation loss: over batches (`total += loss.item()`) or over examples."""

from __future__ import annotations

import ast
from types import FrameType

from .script import around


def is_weighted(frame: FrameType | None) -> bool:
    """False where the loss is summed or collected as it is around the call; true where it is multiplied by
    a size,

    and where nothing can be told: frameworks weigh by the size of the batch.
    """
    path = around(frame) if frame is not None else []
    loop = next((each for each in reversed(path) if isinstance(each, (ast.For, ast.While))), None)
    if loop is None or frame is None:
        return True
    names = _names_given_at(path[-1])
    sums = [node for node in ast.walk(loop) if _collects(node, names, frame.f_lineno)]
    return not sums or any(isinstance(part, ast.Mult) for node in sums for part in ast.walk(node))


def _names_given_at(statement: ast.stmt) -> set[str]:
    if not isinstance(statement, ast.Assign):
        return set()
    return {
        node.id for target in statement.targets for node in ast.walk(target) if isinstance(node, ast.Name)
    }


def _collects(node: ast.AST, names: set[str], line: int) -> bool:
    """Is it `x += …` or `x.append(…)` of the loss, by its name or by the call itself?"""
    if isinstance(node, ast.AugAssign):
        taken: ast.AST = node.value
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "append":
        taken = node
    else:
        return False
    within = node.lineno <= line <= (node.end_lineno or node.lineno)
    return within or any(isinstance(part, ast.Name) and part.id in names for part in ast.walk(taken))
