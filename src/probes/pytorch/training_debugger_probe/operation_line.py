"""The line of the script that computes a loss of the user's own by an operation of a given name."""

from __future__ import annotations

import ast
from types import CodeType, FrameType
from typing import Any, Iterator

from .script import statement_at, tree_of
from .source import is_user_file, local, place_of

MOST_STATEMENTS = 50
_OPERATORS: dict[str, type[ast.operator]] = {"div": ast.Div, "pow": ast.Pow}
_WORDS = {
    "linalg_vector_norm": ("norm", "vector_norm", "pairwise_distance"),
    "div": ("div", "divide", "true_divide"),
    "pow": ("pow",),
    "norm": ("norm", "renorm"),
}


def find(frame: FrameType | None, operation: str | None) -> dict[str, Any] | None:
    """Where the statement of the frame's current line, or one that led to it, uses the operation; else where
    its variable was last assigned.
    """
    statement = statement_at(frame) if frame is not None else None
    if frame is None or statement is None:
        return None
    chain = _chain(frame, statement)
    for each in chain if operation is not None else ():
        line = _line(each, str(operation))
        if line is not None:
            return place_of(frame.f_code, line)
        for code in _called(each, frame):
            line = _line_in(code, str(operation))
            if line is not None:
                return place_of(code, line)
    made = chain[1] if len(chain) > 1 else statement
    return place_of(frame.f_code, made.lineno)


def _chain(frame: FrameType, statement: ast.stmt) -> list[ast.stmt]:
    """The statement, and the assignments before it of what it is made of, nearest first, and so on."""
    before = [each for each in _assignments(_scope(frame)) if each.lineno < statement.lineno]
    before.sort(key=lambda each: -each.lineno)
    found: list[ast.stmt] = [statement]
    for current in found:
        names = set(_read(current))
        for each in before:
            if each.lineno < current.lineno and names & _written(each) and each not in found:
                found.append(each)
        if len(found) >= MOST_STATEMENTS:
            break
    return found


def _scope(frame: FrameType) -> ast.AST | None:
    """The function that the frame runs, or the whole script."""
    tree = tree_of(frame.f_code.co_filename)
    return tree if tree is None or frame.f_code.co_name == "<module>" else _definition(tree, frame.f_code)


def _definition(tree: ast.AST, code: CodeType) -> ast.AST | None:
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and _first(node) == code.co_firstlineno:
            return node
    return None


def _first(definition: Any) -> int:
    """The line that Python takes for a function's first."""
    lines: list[int] = [definition.lineno, *(each.lineno for each in definition.decorator_list)]
    return min(lines)


def _assignments(scope: ast.AST | None) -> Iterator[Any]:
    """Those of the scope itself, not of functions and classes within it."""
    for node in ast.iter_child_nodes(scope) if scope is not None else ():
        if isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
            yield node
        elif not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            yield from _assignments(node)


def _read(statement: ast.AST) -> list[str]:
    return [node.id for node in ast.walk(statement) if isinstance(node, ast.Name)]


def _written(statement: Any) -> set[str]:
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    return {node.id for each in targets for node in ast.walk(each) if isinstance(node, ast.Name)}


def _line(statement: ast.AST, operation: str) -> int | None:
    names = _WORDS.get(operation, (operation,))
    operator = _OPERATORS.get(operation)
    for node in ast.walk(statement):
        if isinstance(node, ast.Call):
            if getattr(node.func, "attr", getattr(node.func, "id", None)) in names:
                return node.lineno
        elif isinstance(node, (ast.BinOp, ast.AugAssign)) and type(node.op) is operator:
            return node.lineno
    return None


def _called(statement: ast.AST, frame: FrameType) -> Iterator[CodeType]:
    """The user's own functions, and `forward` methods of their own modules, that the statement calls."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            value = local(frame, node.func.id)
            code = getattr(value, "__code__", None) or getattr(
                getattr(type(value), "forward", None), "__code__", None
            )
            if isinstance(code, CodeType) and is_user_file(code.co_filename):
                yield code


def _line_in(code: CodeType, operation: str) -> int | None:
    tree = tree_of(code.co_filename)
    definition = _definition(tree, code) if tree is not None else None
    return _line(definition, operation) if definition is not None else None
