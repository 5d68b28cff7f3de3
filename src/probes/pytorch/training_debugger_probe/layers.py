"""Which modules exist, where the user's code builds them, and which of them make up the model."""

from __future__ import annotations

import weakref
from typing import Any, Callable, Iterable

import torch

from .guard import guarded
from .observable import is_compiling
from .patching import replace
from .source import constructor_place

Module = Any
WRAPPERS = {"DistributedDataParallel", "DataParallel", "FullyShardedDataParallel", "OptimizedModule"}
"""Modules that only carry another one; their names would only lengthen those of the layers."""

_places: dict[int, tuple[Any, dict[str, Any] | None]] = {}
"""By id: weak reference to the module, and where it was built."""
_loaded: set[int] = set()
"""Ids of modules that a state was loaded into."""


def install(module_class: Any) -> None:
    replace(module_class, "__init__", _after(built))
    replace(module_class, "__setstate__", _after(built))
    replace(module_class, "load_state_dict", _after(loaded))


def _after(watch: Callable[[Module], None]) -> Callable[[Any], Any]:
    def make(original: Any) -> Any:
        def method(self: Module, *args: Any, **kwargs: Any) -> Any:
            result = original(self, *args, **kwargs)
            if not is_compiling():
                watch(self)
            return result

        return method

    return make


@guarded("layers")
def built(module: Module) -> None:
    key = id(module)
    _places[key] = (weakref.ref(module, lambda _: _forget(key)), constructor_place(module))


def _forget(key: int) -> None:
    _places.pop(key, None)
    _loaded.discard(key)


@guarded("layers")
def loaded(module: Module) -> None:
    _loaded.add(id(module))


def is_loaded(module: Module) -> bool:
    """True when a state was loaded into the module or a part of it, or it came from pre-trained weights."""
    if getattr(module, "name_or_path", ""):
        return True
    return any(id(part) in _loaded for part in module.modules())


def place_of(module: Module) -> dict[str, Any] | None:
    found = _places.get(id(module))
    return found[1] if found else None


def roots(parameters: Iterable[torch.Tensor]) -> list[Module]:
    """The outermost modules, in order of construction, that hold any of the parameters; wrappers are taken
    off.
    """
    wanted = {id(parameter) for parameter in parameters}
    live = [module for module in (entry[0]() for entry in list(_places.values())) if module is not None]
    inner = {id(child) for module in live for child in module._modules.values() if child is not None}
    found: list[Module] = []
    for module in live:
        if id(module) not in inner and any(id(parameter) in wanted for parameter in module.parameters()):
            module = unwrapped(module)
            if not any(module is other for other in found):
                found.append(module)
    return found


def unwrapped(module: Module) -> Module:
    while type(module).__name__ in WRAPPERS:
        inner = module._modules.get("module", module._modules.get("_orig_mod"))
        if inner is None:
            break
        module = inner
    return module


def named_roots(found: list[Module]) -> list[tuple[str, Module]]:
    """A prefix for each root: none for a single one, else its class, numbered where the class repeats."""
    if len(found) == 1:
        return [("", found[0])]
    kinds = [type(module).__name__ for module in found]
    names = []
    for index, kind in enumerate(kinds):
        twin = kinds[:index].count(kind)
        names.append(kind if kinds.count(kind) == 1 else f"{kind}{twin + 1}")
    return list(zip(names, found))


def join(prefix: str, name: str) -> str:
    return f"{prefix}.{name}" if prefix and name else prefix or name


def describe(named: list[tuple[str, Module]]) -> tuple[list[dict[str, Any]], dict[int, int]]:
    """The `layers` of the message, and for each module's id its index in them."""
    entries: list[dict[str, Any]] = []
    index: dict[int, int] = {}
    for prefix, root in named:
        for name, module in root.named_modules():
            index[id(module)] = len(entries)
            entry: dict[str, Any] = {"name": join(prefix, name), "kind": type(module).__name__}
            place = place_of(module)
            if place is not None:
                entry["source"] = place
            entries.append(entry)
    return entries, index
