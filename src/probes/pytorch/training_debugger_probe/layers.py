"""Which modules exist, where the user's code builds them, and which of them make up the model."""

from __future__ import annotations

import weakref
from typing import Any, Callable, Iterable, Sequence

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
_left_out: set[int] = set()
"""Ids of modules that are trained but for an optimizer."""


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
    _left_out.discard(key)


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


def left_out(found: list[Module], known: Callable[[torch.Tensor], bool]) -> list[Module]:
    """Further outermost modules that are trained as far as the backward pass goes, but that no optimizer
    holds or held (`known`). One that is in evaluation mode or came with weights is not meant to be. Once
    found, a module stays so.
    """
    live = [module for module in (entry[0]() for entry in list(_places.values())) if module is not None]
    inner = {id(child) for module in live for child in module._modules.values() if child is not None}
    besides = []
    for module in map(unwrapped, (each for each in live if id(each) not in inner)):
        if any(module is each for each in found):
            continue
        if id(module) in _left_out or _is_left_out(module, known):
            _left_out.add(id(module))
            besides.append(module)
    return besides


def _is_left_out(module: Module, known: Callable[[torch.Tensor], bool]) -> bool:
    if not module.training or is_loaded(module):
        return False
    parameters = list(module.parameters())
    return any(each.grad is not None for each in parameters) and not any(map(known, parameters))


def unwrapped(module: Module) -> Module:
    while type(module).__name__ in WRAPPERS:
        inner = module._modules.get("module", module._modules.get("_orig_mod"))
        if inner is None:
            break
        module = inner
    return module


def named_roots(found: list[Module], besides: Sequence[Module] = ()) -> list[tuple[str, Module]]:
    """A prefix for each root: none for a single one, else its class, numbered where the class repeats.
    `besides`: roots that take no prefix from others.
    """
    if len(found) == 1:
        return [("", found[0]), *named_roots([*found, *besides])[1:]] if besides else [("", found[0])]
    found = [*found, *besides]
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
            if isinstance(getattr(module, "batch_first", None), bool):
                entry["batchFirst"] = module.batch_first
            entries.append(entry)
    return entries, index
