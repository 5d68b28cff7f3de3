"""What a held training answers to those who look into it. References and frames hold until `forget`."""

from __future__ import annotations

from ..requests import HANDLERS, on_leave
from . import arrays, evaluation, frames, variables
from .completion import completions
from .forensics import forensics
from .references import references

__all__ = ["arrays", "forget"]

HANDLERS.update(
    stack=frames.stack,
    roots=variables.roots,
    variables=variables.variables,
    setVariable=variables.set_variable,
    evaluate=evaluation.evaluate,
    completions=completions,
    forensics=forensics,
)


def forget() -> None:
    """Training goes on: nothing of its values is held on to."""
    references.forget()
    frames.forget()


on_leave.append(forget)
