"""Expressions of a person, evaluated in a frame of the script: nothing of it is measured, no random number of
the training is used up, and no graph is recorded unless the expression asks for one.
"""

from __future__ import annotations

import ast
import traceback
from types import FrameType
from typing import Any

import torch

from .. import replay
from ..past import past
from ..requests import RequestError
from ..session import session
from ..wire import text
from . import frames, values
from .output import captured
from .reading import may_change
from .references import Item, references
from .values import LONGEST, cut, limited_str

FILE = "<expression>"
console: dict[str, Any] = {}
"""Names that a person made and that the frame has no place for."""


def evaluate(params: dict[str, Any]) -> dict[str, Any]:
    frame = frames.get(params["frame"])
    source = params["expression"].strip()
    tree = _parsed(source, params["context"] == "repl")
    touches = params["context"] == "repl" and may_change(tree)
    with captured() as output:
        try:
            value = _run(tree, source, frame, params["context"] == "repl")
        finally:
            if touches:
                changed("code", source)
    found = references.variable(_result(tree, source, value), frame)
    return {**found, "output": output.text()} if output.text() else found


def _result(tree: ast.Module, source: str, value: Any) -> Item:
    """Nothing where the last statement is no expression."""
    if not tree.body or not isinstance(tree.body[-1], ast.Expr):
        return Item(source, "")
    return values.item(source, value, source if len(tree.body) == 1 else None)


def value_of(source: str, frame: FrameType | None) -> Any:
    """What an expression is worth."""
    frame = frame or frames.get(0)
    return _run(_parsed(source.strip(), False), source, frame, False)


def changed(kind: str, name: str, before: str | None = None, after: str | None = None) -> None:
    """Says that a person changed something."""
    message: dict[str, Any] = {"type": "change", "step": past.step(), "time": round(session.now(), 6)}
    message.update(kind=kind, name=name)
    if before is not None and after is not None:
        message.update(before=before, after=after)
    session.send(message)


def _parsed(source: str, statements: bool) -> ast.Module:
    """One expression, or where it may be statements those; raises RequestError."""
    try:
        expression = ast.parse(source, FILE, "eval")
        return ast.Module([ast.copy_location(ast.Expr(expression.body), expression.body)], [])
    except (SyntaxError, ValueError, RecursionError) as error:
        if not statements:
            raise _failure(error, source) from None
    try:
        return ast.parse(source, FILE, "exec")
    except (SyntaxError, ValueError, RecursionError) as error:
        raise _failure(error, source) from None


def _run(tree: ast.Module, source: str, frame: FrameType, write: bool) -> Any:
    """The value of the last expression. `write`: what it assigns is written back into the frame."""
    names = {**frame.f_globals, **console, **frames.locals_of(frame)}
    before = dict(names)
    try:
        with replay.unchanged_generators(), torch.no_grad():
            return _execute(tree, names)
    except RequestError:
        raise
    except KeyboardInterrupt:
        raise RequestError(text("This was interrupted.")) from None
    except BaseException as error:
        raise _failure(error, source) from None
    finally:
        if write:
            _write_back(frame, before, names)


def _execute(tree: ast.Module, names: dict[str, Any]) -> Any:
    body, last = tree.body, tree.body[-1:]
    if not last or not isinstance(last[0], ast.Expr):
        exec(compile(tree, FILE, "exec", dont_inherit=True), names)
        return None
    if body[:-1]:
        exec(compile(ast.Module(body[:-1], []), FILE, "exec", dont_inherit=True), names)
    return eval(compile(ast.Expression(last[0].value), FILE, "eval", dont_inherit=True), names)


def _write_back(frame: FrameType, before: dict[str, Any], names: dict[str, Any]) -> None:
    """Variables go where the frame has them: new ones of a module into it, of a function to the console's."""
    own = frames.locals_of(frame)
    for name, value in names.items():
        if name == "__builtins__" or (name in before and before[name] is value):
            continue
        if name in own or not frames.is_function(frame):
            frames.set_local(frame, name, value)
        elif name in frame.f_globals and name not in console:
            frame.f_globals[name] = value
        else:
            console[name] = value
    for name in before.keys() - names.keys():
        if console.pop(name, None) is None and not frames.is_function(frame):
            frame.f_globals.pop(name, None)


def _failure(error: BaseException, source: str) -> RequestError:
    """What went wrong, and in which line of the expression."""
    message = cut(limited_str(error if not isinstance(error, SyntaxError) else error.msg), LONGEST)
    if source.count("\n"):
        line = _line(error)
        return RequestError(
            text("{0}: {1} (line {2} of the expression)", type(error).__name__, message, line)
        )
    return RequestError(text("{0}: {1}", type(error).__name__, message))


def _line(error: BaseException) -> int:
    if isinstance(error, SyntaxError):
        return error.lineno or 1
    steps = traceback.extract_tb(error.__traceback__)
    return next((each.lineno or 1 for each in reversed(steps) if each.filename == FILE), 1)
