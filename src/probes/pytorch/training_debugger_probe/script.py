"""The text of the user's script: which statement and which loops are around a line."""

from __future__ import annotations

import ast
import linecache
from types import FrameType

_trees: dict[str, ast.Module | None] = {}


def tree_of(file: str) -> ast.Module | None:
    """The parsed file, or None when it cannot be read."""
    if file not in _trees:
        try:
            _trees[file] = ast.parse("".join(linecache.getlines(file)))
        except (SyntaxError, ValueError, RecursionError):
            _trees[file] = None
    return _trees[file]


def around(frame: FrameType) -> list[ast.stmt]:
    """The statements that contain the frame's current line, outermost first, within its own function."""
    tree = tree_of(frame.f_code.co_filename)
    return _path(tree.body, frame.f_lineno) if tree is not None else []


def _path(body: list[ast.stmt], line: int) -> list[ast.stmt]:
    found: list[ast.stmt] = []
    while True:
        statement = next(
            (each for each in body if each.lineno <= line <= (each.end_lineno or each.lineno)), None
        )
        if statement is None:
            return found
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.clear()
        else:
            found.append(statement)
        body = _inner(statement)


def _inner(statement: ast.stmt) -> list[ast.stmt]:
    inner: list[ast.stmt] = []
    for name in ("body", "orelse", "finalbody"):
        inner += getattr(statement, name, [])
    for handler in getattr(statement, "handlers", []):
        inner += handler.body
    return inner


def statement_at(frame: FrameType) -> ast.stmt | None:
    """The innermost statement of the frame's current line."""
    path = around(frame)
    return path[-1] if path else None
