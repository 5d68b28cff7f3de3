"""The `for` loops of the user's script around the line that is running, and how many turns they have."""

from __future__ import annotations

import ast
from types import FrameType
from typing import Any, Iterator

import torch

from .evaluate import Unknown, evaluate
from .script import around
from .source import local, user_frames

AROUND = ("tqdm", "enumerate", "track", "list", "tqdm_notebook", "notebook_tqdm", "zip", "iter")


class Loop:
    """One loop. `turns` is None where it cannot be told, `batches` says that it goes over a data loader."""

    def __init__(self, function: tuple[str, int], variable: str) -> None:
        self.function = function
        """File and first line of the function it is in."""
        self.variable = variable
        self.turns: int | None = None
        self.start = 0
        self.step = 1
        self.batches = False

    def is_called_epoch(self) -> bool:
        name = self.variable.lower()
        return "epoch" in name or name == "ep"

    def turn(self, frame: FrameType | None) -> int | None:
        """Which turn it is in, from 0, on the stack of `frame`."""
        for each in user_frames(frame):
            if _function(each) == self.function:
                value = local(each, self.variable)
                return (value - self.start) // self.step if type(value) is int else None
        return None


def _function(frame: FrameType) -> tuple[str, int]:
    return frame.f_code.co_filename, frame.f_code.co_firstlineno


def around_line(frame: FrameType | None) -> list[Loop]:
    """The loops around the running lines of the stack, innermost first."""
    return [
        _loop(each, statement)
        for each in user_frames(frame)
        for statement in reversed(around(each))
        if isinstance(statement, ast.For)
    ]


def _loop(frame: FrameType, statement: ast.For) -> Loop:
    names = [node.id for node in ast.walk(statement.target) if isinstance(node, ast.Name)]
    loop = Loop(_function(frame), names[0] if names else "")
    for node in _iterables(statement.iter):
        try:
            _learn(loop, node, frame)
        except Unknown:
            continue
        if loop.turns is not None or loop.batches:
            break
    return loop


def _iterables(node: ast.AST) -> Iterator[ast.AST]:
    """The iterable, and what is inside of `tqdm(…)`, `enumerate(…)` and the like."""
    yield node
    if isinstance(node, ast.Call) and _called(node) in AROUND and node.args:
        yield from _iterables(node.args[0])


def _called(node: ast.Call) -> str:
    function = node.func
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def _learn(loop: Loop, node: ast.AST, frame: FrameType) -> None:
    if isinstance(node, ast.Call):
        if _called(node) in ("range", "trange"):
            values = [evaluate(argument, frame) for argument in node.args]
            if values and all(type(value) is int for value in values):
                _count(loop, range(*values))
        return
    value = evaluate(node, frame)
    if isinstance(value, torch.utils.data.DataLoader):
        loop.batches = True
    elif isinstance(value, range):
        _count(loop, value)
    elif type(value) in (list, tuple):
        loop.turns = len(value)


def _count(loop: Loop, values: Any) -> None:
    loop.turns, loop.start, loop.step = len(values), values.start, values.step
