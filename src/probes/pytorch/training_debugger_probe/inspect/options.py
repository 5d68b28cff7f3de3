"""Which new values of an optimizer's options are accepted."""

from __future__ import annotations

import math
from typing import Any, Callable

import torch

from ..requests import RequestError
from ..wire import text
from .values import line_of

BELOW_ONE = {"betas", "alpha", "rho"}
"""Rates of decay: in numbers, or in tuples of them, from 0 up to 1."""
ANY_SIGN = {"lambd"}
FRACTIONAL = {"lr", "momentum", "weight_decay", "dampening", "eps", "initial_lr", "max_lr", "min_lr"}
"""Options that scripts often write as whole numbers, as 0 or 1, although any number is meant."""


def checked(name: str, old: Any, new: Any) -> Any:
    """The new value in the type of the old one; refuses what makes no sense there."""
    if isinstance(old, (tuple, list)):
        return _tuple(name, old, new)
    if isinstance(old, bool):
        return _expect(type(new) is bool, new, text("{0} takes True or False, not {1}.", name, line_of(new)))
    if isinstance(old, torch.Tensor) or type(old) in (int, float):
        return _number(name, old, new)
    message = text("{0} cannot be changed while training: it is {1}.", name, line_of(old))
    raise RequestError(message)


def _expect(good: bool, value: Any, message: dict[str, Any]) -> Any:
    if not good:
        raise RequestError(message)
    return value


def _tuple(name: str, old: Any, new: Any) -> Any:
    if not isinstance(new, (tuple, list)) or len(new) != len(old):
        raise RequestError(text("{0} takes {1} numbers in brackets, not {2}.", name, len(old), line_of(new)))
    return type(old)(_number(name, before, each) for before, each in zip(old, new))


def _number(name: str, old: Any, new: Any) -> Any:
    if isinstance(new, torch.Tensor) and new.numel() == 1:
        new = new.item()
    whole = type(old) is int and name not in FRACTIONAL
    good = type(new) in (int, float) and math.isfinite(new) and (not whole or new == int(new))
    if name in BELOW_ONE:
        message = text("{0} takes numbers from 0 up to but not including 1, not {1}.", name, line_of(new))
        good = good and 0 <= new < 1
    elif whole:
        message = text("{0} takes a whole number that is at least 0, not {1}.", name, line_of(new))
        good = good and new >= 0
    else:
        message = text("{0} takes a number that is at least 0, not {1}.", name, line_of(new))
        good = good and (new >= 0 or name in ANY_SIGN or old < 0)
    _expect(good, new, message)
    return int(new) if whole else float(new)


def setter(group: dict[str, Any], name: str) -> Callable[[Any], None] | None:
    """Puts a new value into the group: into a tensor in place, for a compiled step reads it there. None for
    what is not to be changed.
    """
    old = group[name]
    tensor = isinstance(old, torch.Tensor) and old.numel() == 1
    if not tensor and not (isinstance(old, (bool, int, float)) or _numbers(old)):
        return None

    def put(new: Any) -> None:
        value = checked(name, group[name], new)
        if isinstance(old, torch.Tensor):
            with torch.no_grad():
                old.fill_(value)
        else:
            group[name] = value

    return put


def _numbers(value: Any) -> bool:
    return type(value) in (tuple, list) and all(type(each) in (int, float) for each in value)
