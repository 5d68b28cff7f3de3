"""Runs a hook right after a module of interest was imported, without importing anything the script does not.

The loader found by the ordinary finders is kept: only its instance gets another `exec_module`, which removes
itself when it runs, so `find_spec`, `inspect.getsource` and loader identity stay as they were.
"""

from __future__ import annotations

import importlib
import sys
from importlib.machinery import ModuleSpec
from typing import Any, Callable, Sequence

from .modules import HOOKS, PARTS_OF_TORCH


class Finder:
    """A meta path finder that answers only for the modules in `HOOKS`."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: Any = None
    ) -> ModuleSpec | None:
        if name not in HOOKS:
            return None
        spec = self._ask_others(name, path, target)
        if spec is not None and spec.loader is not None:
            _hook_loader(spec.loader, name)
        return spec

    def _ask_others(self, name: str, path: Sequence[str] | None, target: Any) -> ModuleSpec | None:
        for finder in sys.meta_path:
            find = getattr(finder, "find_spec", None)
            spec: ModuleSpec | None = find(name, path, target) if find and finder is not self else None
            if spec is not None:
                return spec
        return None


def _hook_loader(loader: Any, name: str) -> None:
    original: Callable[[Any], None] | None = getattr(loader, "exec_module", None)
    if original is None:
        return

    def exec_module(module: Any) -> None:
        loader.__dict__.pop("exec_module", None)
        original(module)
        run_hook(name, module)

    try:
        loader.exec_module = exec_module
    except AttributeError:
        pass  # a loader of C without attributes: the module goes unobserved


def run_hook(name: str, module: Any) -> None:
    """Runs the hook of one module; a failing hook leaves the module as it is."""
    if name in PARTS_OF_TORCH and not torch_is_whole:
        return
    file, function = HOOKS[name]
    try:
        getattr(importlib.import_module("." + file, __package__), function)(module)
    except Exception as error:
        from .guard import disable

        disable(file, error)


torch_is_whole: list[bool] = []
"""Not empty after `import torch` is done: the probe's own files need all of it."""


def install() -> None:
    """Goes first on the meta path, so that the hooks are in place before anything else sees a module."""
    sys.meta_path.insert(0, Finder())
