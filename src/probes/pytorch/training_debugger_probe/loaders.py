"""Data loaders: what they are, what they yield, how long they are waited for, and the epochs they make."""

from __future__ import annotations

import weakref
from typing import Any, Callable

import torch

from . import batches, epochs
from .guard import guarded
from .observable import is_compiling
from .patching import replace
from .session import session
from .source import constructor_place
from .steps import steps
from .timing import clock, timing


class Loader:
    """One DataLoader, by what the probe saw of it."""

    def __init__(self, loader: Any, identity: int) -> None:
        self.reference = weakref.ref(loader)
        self.id = identity
        self.role = "unknown"
        self.place = constructor_place(loader)
        self.batch_size = _batch_size(loader)
        self.length = _length(loader)
        self.workers = int(getattr(loader, "num_workers", 0))
        self.shuffled = _shuffled(loader)
        self.examples = _examples(loader)
        self.drop_last = _drop_last(loader)
        self.passes = epochs.Passes()

    def message(self) -> dict[str, Any]:
        message: dict[str, Any] = {
            "type": "loader",
            "id": self.id,
            "batchSize": self.batch_size,
            "batches": self.length,
            "workers": self.workers,
            "shuffled": self.shuffled,
            "role": self.role,
        }
        if self.examples is not None:
            message["examples"] = self.examples
        if self.drop_last is not None:
            message["dropLast"] = self.drop_last
        if self.place is not None:
            message["source"] = self.place
        return message

    def is_used_for(self, role: str) -> None:
        """The first use that shows decides."""
        if self.role == "unknown":
            self.role = role
            session.send(self.message())
            if role == "train":
                self.passes.begin_counting()
                if state.training is None:
                    state.training = self


class State:
    """Which loader the script has in hand."""

    def __init__(self) -> None:
        self.count = 0
        self.last: Loader | None = None
        """The loader of the last batch."""
        self.training: Loader | None = None
        """The loader whose passes are the epochs."""
        self.sizes: list[tuple[int, int]] = []
        """Loader and examples of each batch fetched for the step in progress."""
        self.batches_of_last_step = 0


state = State()
_loaders: dict[int, Loader] = {}
_iterators: dict[int, tuple[Any, Loader]] = {}
_busy = [False]
on_switch: list[Callable[[], None]] = []
"""Told when the script turns to another loader."""


def _batch_size(loader: Any) -> int | None:
    size = loader.batch_size
    if size is None:
        size = getattr(getattr(loader, "batch_sampler", None), "batch_size", None)
    return size if isinstance(size, int) else None


def _length(loader: Any) -> int | None:
    """Batches of an epoch. An iterable dataset is not asked: torch would then warn where it yields more."""
    if isinstance(loader.dataset, torch.utils.data.IterableDataset):
        return None
    try:
        return len(loader)
    except Exception:
        return None  # the user's own `__len__`, or none


def _examples(loader: Any) -> int | None:
    """Examples of the data set; None where it does not know, and of an iterable one."""
    if isinstance(loader.dataset, torch.utils.data.IterableDataset):
        return None
    try:
        return len(loader.dataset)
    except Exception:
        return None  # the user's own `__len__`


def _drop_last(loader: Any) -> bool | None:
    """As the loader batches; None where it yields single examples."""
    sampler = getattr(loader, "batch_sampler", None)
    dropped = getattr(sampler, "drop_last", getattr(loader, "drop_last", None))
    return bool(dropped) if sampler is not None and isinstance(dropped, (bool, int)) else None


def _shuffled(loader: Any) -> bool | None:
    sampler = getattr(loader, "sampler", None)
    if loader.batch_size is None:
        sampler = getattr(getattr(loader, "batch_sampler", None), "sampler", None)
    if isinstance(sampler, (torch.utils.data.RandomSampler, torch.utils.data.SubsetRandomSampler)):
        return True
    if isinstance(sampler, torch.utils.data.SequentialSampler):
        return False
    shuffle = getattr(sampler, "shuffle", None)
    return shuffle if isinstance(shuffle, bool) else None


def install(module: Any) -> None:
    replace(module.DataLoader, "__init__", _make_init)
    replace(module.DataLoader, "__iter__", _make_iter)
    replace(module._BaseDataLoaderIter, "__next__", _make_next)
    if hasattr(module._BaseDataLoaderIter, "next"):
        module._BaseDataLoaderIter.next = module._BaseDataLoaderIter.__next__


def _make_init(original: Any) -> Any:
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        _built(self)

    return __init__


@guarded("loaders")
def _built(loader: Any) -> None:
    if torch.utils.data.get_worker_info() is not None or find(loader) is not None:
        return
    known = Loader(loader, state.count)
    state.count += 1
    key = id(loader)
    _loaders[key] = known
    weakref.finalize(loader, _loaders.pop, key, None).atexit = False
    session.send(known.message())


def find(loader: Any) -> Loader | None:
    known = _loaders.get(id(loader))
    return known if known is not None and known.reference() is loader else None


def _make_iter(original: Any) -> Any:
    def __iter__(self: Any) -> Any:
        start = clock()
        iterator = original(self)
        if session.active:
            _began(self, iterator, start)
        return iterator

    return __iter__


@guarded("loaders")
def _began(loader: Any, iterator: Any, start: float) -> None:
    known = find(loader)
    if known is None:
        return
    key = id(iterator)
    _iterators[key] = (weakref.ref(iterator, lambda _: _iterators.pop(key, None)), known)
    if known is not state.last:
        _switched()
    known.passes.begin()
    if known.role != "validation" and torch.is_grad_enabled():
        timing.fetched(start, clock())


def _make_next(original: Any) -> Any:
    def __next__(self: Any) -> Any:
        if not session.active or _busy[0] or is_compiling():
            return original(self)
        _busy[0] = True
        start = clock()
        try:
            batch = original(self)
        except StopIteration:
            _exhausted(self)
            raise
        finally:
            _busy[0] = False
        _fetched(self, batch, start, clock())
        return batch

    return __next__


def _switched() -> None:
    for told in on_switch:
        told()


def _of(iterator: Any) -> Loader | None:
    entry = _iterators.get(id(iterator))
    return entry[1] if entry is not None and entry[0]() is iterator else None


@guarded("loaders")
def _fetched(iterator: Any, batch: Any, start: float, end: float) -> None:
    known = _of(iterator)
    if known is None:
        return
    if known is not state.last:
        _switched()
    state.last = known
    known.passes.fetched += 1
    if known.role == "validation" or not torch.is_grad_enabled():
        timing.validated(start, end)
        return
    timing.fetched(start, end)
    state.sizes.append((known.id, batches.size_of(batch)))
    batches.observe(batch, known.passes.fetched - 1)


@guarded("loaders")
def _exhausted(iterator: Any) -> None:
    known = _of(iterator)
    if known is not None:
        known.passes.exhausted = True
        steps.flush()


def used_for_training() -> None:
    """A step was taken on the last batch."""
    if state.last is not None:
        state.last.is_used_for("train")


def used_for_validation() -> None:
    if state.last is not None:
        if state.last.role == "unknown":
            state.sizes.clear()
        state.last.is_used_for("validation")


def is_for_validation(loader: Loader) -> None:
    """It turned out that the batches of this loader were for validation."""
    if loader.role == "unknown":
        state.sizes[:] = [entry for entry in state.sizes if entry[0] != loader.id]
        loader.is_used_for("validation")


def beside_training() -> bool:
    """True when the last batch came from a loader that no training was seen on, while one is trained on."""
    last = state.last
    return state.training is not None and last is not None and last.role != "train"


def amid_training() -> bool:
    """True when the last batch came from a training loader that has more to give."""
    last = state.last
    return last is not None and last.role == "train" and not last.passes.exhausted


def put_samples(micro_batches: int) -> None:
    """Writes the examples of the step. A batch beyond its micro-batches was read ahead for the next step."""
    used_for_training()
    if not state.sizes:
        state.batches_of_last_step = 0
        return
    taken = examples_taken(micro_batches)
    steps.put("samples", float(sum(taken)))
    state.batches_of_last_step = len(taken)
    state.sizes = state.sizes[len(taken) :]


def examples_taken(micro_batches: int) -> list[int]:
    """Of each batch of the step in progress, without one that was read ahead."""
    sizes = [size for _, size in state.sizes]
    return sizes[:-1] if _is_ahead(micro_batches) else sizes


def _is_ahead(micro_batches: int) -> bool:
    sizes = state.sizes
    return len(sizes) == micro_batches + 1 > 1 and len({loader for loader, _ in sizes}) == 1


def place_in_epoch(micro_batches: int) -> dict[str, int]:
    """`epoch` and `batch` of the batch in progress, as far as they are known."""
    found: dict[str, int] = {}
    epoch = last_epoch()
    if epoch is not None:
        found["epoch"] = epoch
    training = state.training
    if training is not None and training is state.last and training.passes.fetched:
        batch = training.passes.fetched - 1 - int(_is_ahead(micro_batches))
        if batch >= 0:
            found["batch"] = batch
    return found


def epoch_of_step() -> int | None:
    """Epoch of the step that ends now, from 0; None while nothing tells."""
    if state.training is not None:
        return state.training.passes.epoch()
    return epochs.of_loop()


@guarded("loaders")
def _closing() -> None:
    """The last epoch ends with the script, when its loader was read to the end."""
    _switched()
    loader = state.training
    if loader is not None and loader.passes.complete(loader.length):
        loader.passes.end()


def epochs_done() -> int | None:
    """Epochs that ended, and the one whose batches have all been given; of a loop, the turns before this."""
    training = state.training
    if training is None:
        return epochs.of_loop()
    passes = training.passes
    return passes.epoch() + int(passes.is_open() and passes.complete(training.length))


def last_epoch() -> int | None:
    return state.training.passes.epoch() if state.training is not None else epochs.of_loop()


session.on_close.append(_closing)
