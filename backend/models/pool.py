"""Loaded models: lazy, each loaded once however many ask, the least recently used let go.

A load runs on its own thread, so that whoever waits for it can still be stopped. A load that
fails is forgotten: the next ask tries again. A model in use is never evicted. Models are loaded
side by side, each with room kept for it; only those that transformers builds come one after
another, as it sets the number format of new tensors for the whole process meanwhile.
"""

from __future__ import annotations

import gc
import logging
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from backend import lazy_libraries
from backend.device import Device, free_bytes
from backend.errors import ModelError, ShowTellError
from backend.models.registry import ModelSpec, named
from backend.units import bytes_in_words
from backend.watch import Watch

log = logging.getLogger(__name__)
Key = tuple[str, str]  # model id, device kind
OWN_NETWORK = "backend.models.llama."  # loaders that build no model of transformers
FOLDERS = r"(?<![\w:/])/(?:[^\s/'\"]+/)+"  # the folders of an absolute path, not of a URL


class Entry:
    """One model: loading, loaded (`value`) or failed (`error`); `users` hold it."""

    def __init__(self, spec: ModelSpec, device: Device) -> None:
        self.spec, self.device = spec, device
        self.done = threading.Event()
        self.value: Any = None
        self.error: Exception | None = None
        self.users = 0


class Lease:
    """A hold on a model. While it lasts the model stays loaded; leave the block to let go."""

    def __init__(self, pool: Pool, entry: Entry) -> None:
        self._pool, self._entry = pool, entry

    def __enter__(self) -> Lease:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool._release(self._entry)

    def wait(self, seconds: float | None = None) -> bool:
        """Whether the load has ended, well or badly, within `seconds`."""
        return self._entry.done.wait(seconds)

    @property
    def model(self) -> Any:
        """The loaded model; raises what its load raised."""
        if self._entry.error is not None:
            raise self._entry.error
        return self._entry.value


class Pool:
    """All loaded models of the process."""

    def __init__(
        self,
        load: Callable[[ModelSpec, Device], Any] | None = None,
        free: Callable[[Device], int] = free_bytes,
        budget: int | None = None,
    ) -> None:
        """`budget`: bytes that models outside a GPU may take together, by what their rows say; None
        for what the machine can spare."""
        self._load = load or load_with_its_loader
        self._free_bytes, self._budget = free, budget
        self.watch: Watch | None = None  # is told of loads and evictions
        self._lock = threading.RLock()  # the collector may end a lease in the middle of any line
        self._building = threading.Lock()
        self._load_ended = threading.Condition()  # held while room is found and kept
        self._loading: list[Entry] = []  # those that room is kept for
        self._entries: OrderedDict[Key, Entry] = OrderedDict()  # least recently used first

    def lease(self, spec: ModelSpec, device: Device) -> Lease:
        """A hold on the model, whose load starts now unless it is there or under way."""
        key = (spec.id, device.kind)
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                entry = self._entries[key] = Entry(spec, device)
                threading.Thread(target=self._fill, args=(key, entry), daemon=True).start()
            self._entries.move_to_end(key)
            entry.users += 1
        return Lease(self, entry)

    def load_ahead(self, spec: ModelSpec, device: Device) -> None:
        """Begin to load the model before anybody asks, if nothing has to go for it."""
        with self._load_ended:
            has_room = self._free(device) >= spec.memory_bytes
        if has_room:
            with self.lease(spec, device):  # the load goes on without it
                pass

    def loaded(self) -> list[str]:
        """Ids of the models that are loaded, least recently used first."""
        with self._lock:
            return [key[0] for key, entry in self._entries.items() if entry.value is not None]

    def loaded_rows(self) -> list[tuple[ModelSpec, Device]]:
        """The same as rows, each with where it is."""
        with self._lock:
            entries = list(self._entries.values())
        return [(entry.spec, entry.device) for entry in entries if entry.value is not None]

    def _fill(self, key: Key, entry: Entry) -> None:
        try:
            self._download(entry.spec, entry.device)
            with self._room_for(entry), self._turn_to_build(entry.spec):
                begun = time.monotonic()
                entry.value = self._load(entry.spec, entry.device)
            self._say_loaded(entry, time.monotonic() - begun)
        except BaseException as error:  # all that a model file can raise, a panic in Rust included
            expected = isinstance(error, ShowTellError)
            log.warning("%s: %s", entry.spec.id, error, exc_info=None if expected else error)
            entry.error = as_load_error(entry.spec, error)
            with self._lock:
                self._entries.pop(key, None)
            if self.watch:
                self.watch.load_failed(entry.spec)
        finally:
            entry.done.set()

    def _say_loaded(self, entry: Entry, seconds: float) -> None:
        spec, device = entry.spec, entry.device
        log.info("loaded %s (%s) on %s in %.1f s", spec.name, spec.tier, device.name, seconds)
        if self.watch:
            self.watch.loaded(spec, seconds)

    def _download(self, spec: ModelSpec, device: Device) -> None:
        """Minutes, so before any room is kept for it. Not if it cannot fit."""
        if not spec.source.on_disk():
            with self._load_ended:
                self._make_room(spec, device)
            spec.source.fetch()

    @contextmanager
    def _room_for(self, entry: Entry) -> Iterator[None]:
        """Memory for the model, kept until its load has ended."""
        with self._load_ended:
            self._make_room(entry.spec, entry.device)
            self._loading.append(entry)
        try:
            yield
        finally:
            with self._load_ended:
                self._loading.remove(entry)
                self._load_ended.notify_all()

    def _turn_to_build(self, spec: ModelSpec) -> AbstractContextManager[object]:
        return nullcontext() if spec.loader.startswith(OWN_NETWORK) else self._building

    def _make_room(self, spec: ModelSpec, device: Device) -> None:
        """Evict idle models until the new one fits; a large one that never fits is an error.

        Whole if it can be; where its parts can take turns, room for that is enough.
        """
        while self._free(device) < spec.memory_bytes:
            if not self._evict_one(device) and not self._wait_for_a_load(device):
                break
        free, least = self._free(device), spec.offloaded_bytes or spec.memory_bytes
        if free < least and spec.tier != "bundled":
            needed = bytes_in_words(least)
            raise ModelError("needs_memory", needed=needed, free=bytes_in_words(free))

    def _free(self, device: Device) -> int:
        """Bytes that a new model may take: what is free, within the budget, less what is kept for
        loads under way (of which a part may be taken by now: see `_wait_for_a_load`)."""
        kept = sum(one.spec.memory_bytes for one in self._loading_on(device))
        free = self._free_bytes(device) - kept
        if self._budget is None or device.kind == "cuda":
            return free
        with self._lock:
            taken = sum(
                one.spec.memory_bytes for one in self._entries.values() if one.value is not None
            )
        return min(free, self._budget - taken - kept)

    def _loading_on(self, device: Device) -> list[Entry]:
        return [one for one in self._loading if one.device.kind == device.kind]

    def _wait_for_a_load(self, device: Device) -> bool:
        """Until one under way has ended, and its memory can be measured; False if there is none."""
        return bool(self._loading_on(device)) and self._load_ended.wait()

    def _evict_one(self, device: Device) -> bool:
        """Let go of the device's least recently used idle model; False if there is none."""
        with self._lock:
            for key, entry in self._entries.items():
                if entry.value is not None and not entry.users and entry.device.kind == device.kind:
                    del self._entries[key]
                    entry.value = None
                    break
            else:
                return False
        if self.watch:
            self.watch.evicted(entry.spec)
        _return_memory(device)
        return True

    def _release(self, entry: Entry) -> None:
        with self._lock:
            entry.users -= 1


def load_with_its_loader(spec: ModelSpec, device: Device) -> Any:
    """Call the function that the row names ("module:function")."""
    if not spec.loader.startswith(OWN_NETWORK):
        lazy_libraries.bring_models()
    return named(spec.loader)(spec, device)


def as_load_error(spec: ModelSpec, error: BaseException) -> ModelError:
    """The failure in words: which model, and why."""
    cause = error.message if isinstance(error, ShowTellError) else first_line(error)
    return ModelError("fell_load", model=spec.name, cause=cause)


def first_line(error: BaseException) -> str:
    """An exception's kind and first line, without folders: visitors of a public host read it."""
    lines = str(error).strip().splitlines()
    if not lines:
        return type(error).__name__
    return f"{type(error).__name__}: {re.sub(FOLDERS, '', lines[0])[:200]}"


def _return_memory(device: Device) -> None:
    """What Python and torch's cache still hold goes back to the device."""
    gc.collect()
    if device.kind == "cuda":
        import torch

        torch.cuda.empty_cache()
