"""The ends of the process: uncaught exception, normal exit, `os._exit`, fork."""

from __future__ import annotations

import atexit
import os
import sys
from typing import Any

from .session import session

OURS = os.path.dirname(os.path.abspath(__file__)) + os.sep

MARK = "TRAINING_DEBUGGER_MAIN"
_seen: list[BaseException] = []


def watch() -> None:
    """Chains the hooks at interpreter start; the first Python of a run marks itself as the main one."""
    os.environ.setdefault(MARK, str(os.getpid()))
    _chain_excepthook()
    _wrap_exit()
    atexit.register(_at_exit)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=session.forget)


def _chain_excepthook() -> None:
    following = sys.excepthook

    def excepthook(kind: Any, error: Any, trace: Any) -> None:
        _report(error)
        following(kind, error, _without_ours(trace))

    sys.excepthook = excepthook


def _without_ours(trace: Any) -> Any:
    """The traceback without the probe's own entries: it reads as it would without the probe."""
    while trace is not None and trace.tb_frame.f_code.co_filename.startswith(OURS):
        trace = trace.tb_next
    entry = trace
    while entry is not None and entry.tb_next is not None:
        if entry.tb_next.tb_frame.f_code.co_filename.startswith(OURS):
            entry.tb_next = entry.tb_next.tb_next
        else:
            entry = entry.tb_next
    return trace


def _wrap_exit() -> None:
    original = os._exit

    def _exit(status: int) -> Any:
        _finish("finished" if status == 0 else "failed")
        original(status)

    _exit.__doc__ = original.__doc__
    os._exit = _exit  # type: ignore[assignment]


def _at_exit() -> None:
    error = getattr(sys, "last_value", None)
    if isinstance(error, BaseException):
        _report(error)
    _finish("failed" if _seen else "finished")
    patching = sys.modules.get(f"{__package__}.patching")
    if patching is not None:
        patching.restore()


def _finish(reason: str) -> None:
    try:
        stopped = session.stopping or any(isinstance(error, KeyboardInterrupt) for error in _seen)
        session.close("stopped" if stopped else reason)
    except Exception:
        pass  # exiting matters more than the last words


def _report(error: BaseException) -> None:
    """Tells the engine of the exception that ends the script, connecting for it when it is the main
    script's.
    """
    if error in _seen:
        return
    _seen.append(error)
    try:
        from . import exceptions

        exceptions.report(error, is_main())
    except Exception:
        pass


def is_main() -> bool:
    """The process the engine started, or a rank under torchrun; not a helper process of the script."""
    return os.environ.get(MARK) == str(os.getpid()) or "TORCHELASTIC_RUN_ID" in os.environ
