"""Whether dropout or batch normalisation ran as in training: told by the functions their modules call."""

from __future__ import annotations

from typing import Any, Callable

from .observable import is_compiling
from .patching import replace

DROPOUT = {
    "dropout": True,
    "dropout1d": True,
    "dropout2d": True,
    "dropout3d": True,
    "alpha_dropout": False,
    "feature_alpha_dropout": False,
}
"""Functions of dropout (input, p, training, …), and their own default of `training`."""
_ran = [False]


def install(functional: Any) -> None:
    for name, default in DROPOUT.items():
        replace(functional, name, _dropout_maker(default))
    replace(functional, "batch_norm", _make_batch_norm)


def take() -> bool:
    """Whether one ran as in training since this was asked last."""
    ran, _ran[0] = _ran[0], False
    return ran


def _dropout_maker(default: bool) -> Callable[[Any], Any]:
    def make(original: Any) -> Any:
        def dropout(*args: Any, **kwargs: Any) -> Any:
            if not is_compiling():
                training = args[2] if len(args) > 2 else kwargs.get("training", default)
                if training and (args[1] if len(args) > 1 else kwargs.get("p", 0.5)):
                    _ran[0] = True
            return original(*args, **kwargs)

        return dropout

    return make


def _make_batch_norm(original: Any) -> Any:
    def batch_norm(*args: Any, **kwargs: Any) -> Any:
        if not is_compiling():
            training = args[5] if len(args) > 5 else kwargs.get("training", False)
            # Without running statistics it does the same in both modes.
            if training and (args[1] if len(args) > 1 else kwargs.get("running_mean")) is not None:
                _ran[0] = True
        return original(*args, **kwargs)

    return batch_norm
