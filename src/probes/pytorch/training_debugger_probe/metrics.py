"""What the script itself reports: TensorBoard, Weights & Biases, Lightning, tqdm, MLflow.

Only numbers that are already on the host are taken. They leave at most twenty times a second, the last of
each name.
"""

from __future__ import annotations

from typing import Any, Callable

import torch

from .guard import guarded
from .patching import replace
from .session import session
from .wire import number

PERIOD = 0.05
MOST_NAMES = 200
_values: dict[str, float | str] = {}
_sent = [-PERIOD]


def _tap(owner: Any, name: str, take: Callable[..., None]) -> None:
    """Calls `take(*args, **kwargs)` after each call of a method or function; `take` never raises into the
    script.
    """

    def make(original: Any) -> Any:
        def tapped(*args: Any, **kwargs: Any) -> Any:
            result = original(*args, **kwargs)
            if session.active:
                _taken(take, args, kwargs)
            return result

        return tapped

    replace(owner, name, make)


@guarded("metrics")
def _taken(take: Callable[..., None], args: Any, kwargs: Any) -> None:
    take(*args, **kwargs)


def put(name: Any, value: Any) -> None:
    """Keeps one metric until the next message."""
    plain = _plain(value)
    if plain is None or not isinstance(name, str):
        return
    if name in _values or len(_values) < MOST_NAMES:
        _values[name] = number(plain)
    if session.now() - _sent[0] >= PERIOD:
        flush()


def _plain(value: Any) -> float | None:
    """A number; of a tensor on an accelerator none, for reading it would wait."""
    if isinstance(value, torch.Tensor):
        if value.numel() != 1 or not value.is_cpu or value.is_complex():
            return None
        value = value.detach().item()
    if isinstance(value, (str, bytes, bool)) or value is None:
        return None
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return None


def flush() -> None:
    """Sends what was reported since the last message."""
    if not _values:
        return
    values = dict(_values)
    _values.clear()
    _sent[0] = session.now()
    session.send({"type": "metrics", "step": session.step, "time": session.now(), "values": values})


def put_all(values: Any) -> None:
    if isinstance(values, dict):
        for name, value in values.items():
            put(name, value)


def watch_tensorboard(module: Any) -> None:
    def scalar(_writer: Any, tag: Any = None, scalar_value: Any = None, *_: Any, **__: Any) -> None:
        put(tag, scalar_value)

    def scalars(_writer: Any, main_tag: Any = None, tag_scalar_dict: Any = None, *_: Any, **__: Any) -> None:
        put_all({f"{main_tag}/{name}": value for name, value in (tag_scalar_dict or {}).items()})

    _tap(module.SummaryWriter, "add_scalar", scalar)
    _tap(module.SummaryWriter, "add_scalars", scalars)


def watch_wandb(module: Any) -> None:
    def log(_run: Any, data: Any = None, *_: Any, **__: Any) -> None:
        put_all(data)

    _tap(module.Run, "log", log)


def watch_lightning(module: Any) -> None:
    def log(_module: Any, name: Any = None, value: Any = None, *_: Any, **__: Any) -> None:
        put(name, value)

    _tap(module.LightningModule, "log", log)


def watch_tqdm(module: Any) -> None:
    def set_postfix(_bar: Any, ordered_dict: Any = None, refresh: Any = True, **values: Any) -> None:
        put_all({**dict(ordered_dict or {}), **values})

    _tap(module.tqdm, "set_postfix", set_postfix)


def watch_mlflow(module: Any) -> None:
    def metric(key: Any = None, value: Any = None, *_: Any, **__: Any) -> None:
        put(key, value)

    def metrics(values: Any = None, *_: Any, **__: Any) -> None:
        put_all(values)

    _tap(module, "log_metric", metric)
    _tap(module, "log_metrics", metrics)


session.on_close.append(flush)
