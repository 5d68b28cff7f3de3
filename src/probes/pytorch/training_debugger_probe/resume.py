"""Goes on from a checkpoint (`TRAINING_DEBUGGER_RESUME`): it is loaded right before the first forward pass of
training, when models, optimizers and schedulers are there.

This is the one place where the probe may end a training: a person asked to go on from this very state.
"""

from __future__ import annotations

import os
from typing import Any, Sequence

import torch
from torch.nn.modules import module as torch_module

from . import amp, checkpoint_file, generators, process, safe_load, schedulers
from .observable import is_compiling
from .session import session
from .wire import text

_hook: list[Any] = []
_armed: list[bool] = []


class ResumeError(RuntimeError):
    """The checkpoint cannot be gone on from; the message says what does not fit."""


def arm() -> None:
    """The first optimizer was built."""
    if _armed or not os.environ.get("TRAINING_DEBUGGER_RESUME") or not process.is_main():
        return
    _armed.append(True)
    _hook.append(torch_module.register_module_forward_pre_hook(_called))


def _called(module: Any, _: Any) -> None:
    if is_compiling() or not torch.is_grad_enabled() or not module.training or not _is_trained(module):
        return
    _hook.pop().remove()
    _resume(os.environ["TRAINING_DEBUGGER_RESUME"])


def _is_trained(module: Any) -> bool:
    if not session.active:
        raise ResumeError("The checkpoint was not loaded: Training Debugger does not answer.")
    held = {id(each) for watch in checkpoint_file.optimizers() for each in watch.parameters()}
    return any(id(each) in held for each in module.parameters())


def _resume(file: str) -> None:
    saved = _load(file)
    try:
        _restore(file, saved)
    except ResumeError:
        raise
    except Exception as error:
        raise ResumeError(f"The checkpoint {file} does not fit this training: {error}") from error
    message = text(
        "Training goes on from step {0} of {1}. The script counts its steps and epochs from the start.",
        int(saved["step"]),
        file,
    )
    session.notice("info", "resumed", message)


def _load(file: str) -> dict[str, Any]:
    try:
        saved = safe_load.load(file)
    except Exception as error:
        raise ResumeError(f"The checkpoint {file} cannot be read: {error}") from error
    if not isinstance(saved, dict) or "models" not in saved or "optimizers" not in saved:
        raise ResumeError(f"{file} is no checkpoint of Training Debugger: it has no models and optimizers.")
    return saved


def _restore(file: str, saved: dict[str, Any]) -> None:
    models, held, scheduled = checkpoint_file.models(), checkpoint_file.optimizers(), schedulers.live()
    names = saved.get("names", {})
    _expect(file, "models", list(saved["models"]), [prefix for prefix, _ in models])
    _expect(file, "optimizers", names.get("optimizers"), [each.name for each in held])
    _expect(file, "schedulers", names.get("schedulers"), [type(each).__name__ for each in scheduled])
    with torch.no_grad():
        for (_, model), state in zip(models, saved["models"].values()):
            model.load_state_dict(state)
        for watch, state in zip(held, saved["optimizers"].values()):
            watch.optimizer.load_state_dict(state)
    for scheduler, state in zip(scheduled, saved.get("schedulers", {}).values()):
        scheduler.load_state_dict(checkpoint_file.merged(scheduler.state_dict(), state))
    if saved.get("scaler"):
        amp.resumed[:] = [saved["scaler"]]
    if "random" in saved and session.rank == 0:
        generators.restore_saved(saved["random"])


def _expect(file: str, what: str, saved: Sequence[str] | None, here: Sequence[str]) -> None:
    """Names are compared in order; of a checkpoint that has none, nothing is."""
    if saved is not None and list(saved) != list(here):
        raise ResumeError(
            f"The checkpoint {file} does not fit this training: it has the {what} {_listed(saved)}, "
            f"the script has {_listed(here)}."
        )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(name or "(one, without a name)" for name in names) or "(none)"
