"""Loss functions: `torch.nn.functional` serves the loss modules too. Each call is training or validation."""

from __future__ import annotations

from types import FrameType
from typing import Any, Callable

import torch

from . import (
    accuracy,
    backward,
    loss_facts,
    loss_failures,
    modes,
    moving_targets,
    recorder,
    step_losses,
    validation,
)
from .graph import mark
from .guard import guarded
from .loss_calls import LossCall, calls
from .observable import clear, is_compiling, is_plain
from .patching import replace
from .session import session
from .source import place, user_frame

FUNCTIONS = (
    "cross_entropy",
    "nll_loss",
    "binary_cross_entropy_with_logits",
    "binary_cross_entropy",
    "mse_loss",
    "l1_loss",
    "smooth_l1_loss",
    "huber_loss",
    "kl_div",
    "poisson_nll_loss",
    "gaussian_nll_loss",
    "soft_margin_loss",
    "multi_margin_loss",
    "multilabel_soft_margin_loss",
    "hinge_embedding_loss",
    "cosine_embedding_loss",
    "margin_ranking_loss",
    "triplet_margin_loss",
    "ctc_loss",
)
_inside = [False]


def install(functional: Any) -> None:
    for name in FUNCTIONS:
        replace(functional, name, _maker(name))
    modes.install(functional)


def _maker(name: str) -> Callable[[Any], Any]:
    def make(original: Any) -> Any:
        def loss(*args: Any, **kwargs: Any) -> Any:
            if is_compiling() or session.over or _inside[0] or backward.running[0]:
                return original(*args, **kwargs)
            _inside[0] = True
            try:
                result = original(*args, **kwargs)
            except Exception as error:
                loss_failures.note(name, original, args, kwargs, error)
                raise
            finally:
                _inside[0] = False
            if session.active:
                _observe(name, original, args, kwargs, result)
            return result

        return loss

    return make


@guarded("loss")
def _observe(name: str, original: Any, args: Any, kwargs: Any, result: Any) -> None:
    if not is_plain(result) or not clear():
        return
    if loss_failures.pending:
        loss_failures.pending.clear()
    frame = user_frame()
    key = (frame.f_code.co_filename, frame.f_lineno, name) if frame is not None else ("", 0, name)
    call = calls.get(key)
    if call is None:
        call = calls[key] = LossCall(name, place(frame))
    active = modes.take()
    if not result.requires_grad:
        if validation.counts():
            validation.add(call, frame, args, kwargs, result, active)
        return
    _know(call, frame, original, args, kwargs, result)
    mark(result, call)
    if recorder.now:
        recorder.loss(call, original, args, kwargs, result)
    if validation.is_doubtful():
        validation.doubt(call, frame, args, kwargs, result, active)
    else:
        validation.trains(active)
        _training(call, original, args, kwargs, result)


def _know(
    call: LossCall, frame: FrameType | None, original: Any, args: Any, kwargs: Any, result: torch.Tensor
) -> None:
    if not call.known:
        call.known = True
        loss_facts.gather(call, original, args, kwargs, result)
        loss_facts.look_behind(call, frame, original, args, kwargs)


def _training(call: LossCall, original: Any, args: Any, kwargs: Any, result: torch.Tensor) -> None:
    step_losses.note(call, original, args, kwargs, result)
    moving_targets.follow(call, original, args, kwargs)
    accuracy.train(call, args, kwargs)
