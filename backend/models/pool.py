"""Loaded models: lazy, each loaded once however many ask, the least recently used let go.

A load runs on its own thread, so that whoever waits for it can still be stopped. A load that
fails is forgotten: the next ask tries again. A model in use is never evicted. Models are loaded
side by side, each with room kept for it; only those that transformers builds come one after
another, as it sets the number format of new tensors for the whole process meanwhile.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from typing import Any

from backend import lazy_libraries
from backend.device import Device, free_bytes, return_memory
from backend.errors import ModelError, ShowTellError
from backend.models.hub.failures import Unwanted
from backend.models.hub.reach import PATIENT
from backend.models.load_errors import as_load_error, mended
from backend.models.registry import ModelSpec, named
from backend.models.sources import Wish
from backend.units import bytes_in_words
from backend.watch import Watch

log = logging.getLogger(__name__)
Key = tuple[str, str]  # model id, device kind
OWN_NETWORK = "backend.models.llama."  # loaders that build no model of transformers


class Entry:
    """One model: loading, loaded (`value`) or failed (`error`); `users` hold it."""

    def __init__(self, spec: ModelSpec, device: Device, patience: float = PATIENT) -> None:
        self.spec, self.device, self.patience = spec, device, patience
        self.done = threading.Event()
        self.value: Any = None
        self.error: Exception | None = None
        self.users = 0

    @property
    def bytes(self) -> int:
        """What it takes on its device, by what its row says."""
        kind = self.device.kind
        return self.spec.needs_at_least(kind) if self.device.offloads else self.spec.needs(kind)


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
        gpu_budget: int | None = None,
    ) -> None:
        """`budget`: bytes that models outside a GPU may take together, by what their rows say;
        `gpu_budget`: those on each GPU. None for what the machine can spare."""
        self._load = load or load_with_its_loader
        self._free_bytes, self._budget, self._gpu_budget = free, budget, gpu_budget
        self.watch: Watch | None = None  # is told of loads and evictions
        self.used_at: dict[str, float] = {}  # seconds since 1970, by model, loaded or not
        self._lock = threading.RLock()  # the collector may end a lease in the middle of any line
        self._building = threading.Lock()
        self._load_ended = threading.Condition()  # held while room is found and kept
        self._loading: list[Entry] = []  # those that room is kept for
        self._entries: OrderedDict[Key, Entry] = OrderedDict()  # least recently used first

    def lease(self, spec: ModelSpec, device: Device, patience: float = PATIENT) -> Lease:
        """A hold on the model, whose load starts now unless it is there or under way. `patience`:
        seconds for a hub's first answer, where the weights have to come from there."""
        key = (spec.id, device.kind)
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                entry = self._entries[key] = Entry(spec, device, patience)
                threading.Thread(target=self._fill, args=(key, entry), daemon=True).start()
            self._entries.move_to_end(key)
            entry.users += 1
            self.used_at[spec.id] = time.time()
        return Lease(self, entry)

    def load_ahead(self, spec: ModelSpec, device: Device) -> None:
        """Begin to load the model before anybody asks, if nothing has to go for it."""
        with self._load_ended:
            has_room = self._free(device) >= spec.needs(device.kind)
        if has_room:
            with self.lease(spec, device):  # the load goes on without it
                pass

    def where(self, spec: ModelSpec) -> Device | None:
        """The device that the model is on, or on its way to; None if it is not here."""
        entry = self.holding(spec)
        return entry.device if entry is not None else None

    def loaded(self) -> list[str]:
        """Ids of the models that are loaded, least recently used first."""
        with self._lock:
            return [key[0] for key, entry in self._entries.items() if entry.value is not None]

    def loaded_rows(self) -> list[tuple[ModelSpec, Device]]:
        """The same as rows, each with where it is."""
        with self._lock:
            entries = list(self._entries.values())
        return [(entry.spec, entry.device) for entry in entries if entry.value is not None]

    def holding(self, spec: ModelSpec) -> Entry | None:
        """The model's entry, loaded or loading; None if it is not here."""
        with self._lock:
            return next((e for e in self._entries.values() if e.spec.id == spec.id), None)

    def _fill(self, key: Key, entry: Entry) -> None:
        try:
            if not self._ends_well(key, entry):
                return_memory(entry.device)  # what was built is held no more, nor is the exception
        finally:
            entry.done.set()

    def _ends_well(self, key: Key, entry: Entry) -> bool:
        """Download and load it, or note why not; False where a half of it may have been built."""
        try:
            self._download(entry)
            with self._room_for(entry), self._turn_to_build(entry.spec):
                begun = time.monotonic()
                entry.value = self._load(entry.spec, entry.device)
            self._say_loaded(entry, time.monotonic() - begun)
            return True
        except BaseException as error:  # all that a model file can raise, a panic in Rust included
            expected = isinstance(error, ShowTellError | Unwanted)
            log.warning("%s: %s", entry.spec.id, error, exc_info=None if expected else error)
            entry.error = as_load_error(entry.spec, mended(entry.spec, error))
            self._forget(key, entry)
            if self.watch:
                self.watch.load_failed(entry.spec)
            return expected

    def _say_loaded(self, entry: Entry, seconds: float) -> None:
        spec, device = entry.spec, entry.device
        log.info("loaded %s (%s) on %s in %.1f s", spec.name, spec.tier, device.name, seconds)
        if self.watch:
            self.watch.loaded(spec, seconds)

    def _download(self, entry: Entry) -> None:
        """Minutes, so before any room is kept for it. Not if it cannot fit, and for as long as
        somebody waits."""
        spec, device = entry.spec, entry.device
        if spec.source.on_disk():
            return
        with self._load_ended:
            self._make_room(spec, device)
        while True:
            try:
                spec.source.fetch(Wish(lambda: entry.users > 0, entry.patience))
                return
            except Unwanted:
                with self._lock:
                    if not entry.users:  # else somebody has come this moment
                        self._forget((spec.id, device.kind), entry)
                        raise

    def _forget(self, key: Key, entry: Entry) -> None:
        with self._lock:
            if self._entries.get(key) is entry:
                del self._entries[key]

    @contextmanager
    def _room_for(self, entry: Entry) -> Iterator[None]:
        """Memory for the model, kept until its load has ended."""
        with self._load_ended:
            self._make_room(entry.spec, entry.device)
            if entry.spec.offloaded_bytes and self._free(entry.device) < entry.bytes:
                entry.device = replace(entry.device, offloads=entry.device.is_cuda)
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
        while self._free(device) < spec.needs(device.kind):
            if not self._evict_one(device) and not self._wait_for_a_load(device):
                break
        free, least = self._free(device), spec.needs_at_least(device.kind)
        if free < least and spec.tier != "bundled":
            needed = bytes_in_words(least)
            raise ModelError("needs_memory", needed=needed, free=bytes_in_words(max(free, 0)))

    def _free(self, device: Device) -> int:
        """Bytes that a new model may take: what is free, within the budget, less what is kept for
        loads under way (of which a part may be taken by now: see `_wait_for_a_load`)."""
        kept = sum(one.bytes for one in self._loading_on(device))
        free = self._free_bytes(device) - kept
        budget = self._budget_of(device)
        return free if budget is None else min(free, budget - self._taken(device) - kept)

    def room(self, device: Device) -> int:
        """Bytes that a model may take there now, with nothing let go."""
        with self._load_ended:
            return self._free(device)

    def reach(self, device: Device) -> int:
        """Bytes that one model may take once all the others there are let go."""
        reach = self._free_bytes(device) + self._taken(device)
        budget = self._budget_of(device)
        return reach if budget is None else min(reach, budget)

    def _budget_of(self, device: Device) -> int | None:
        return self._budget if device.kind == "cpu" else self._gpu_budget

    def _taken(self, device: Device) -> int:
        with self._lock:
            loaded = [one for one in self._entries.values() if one.value is not None]
            return sum(one.bytes for one in loaded if one.device.kind == device.kind)

    def _loading_on(self, device: Device) -> list[Entry]:
        return [one for one in self._loading if one.device.kind == device.kind]

    def _wait_for_a_load(self, device: Device) -> bool:
        """Until one under way has ended, and its memory can be measured; False if there is none."""
        return bool(self._loading_on(device)) and self._load_ended.wait()

    def _evict_one(self, device: Device) -> bool:
        """Let go of the device's least recently used idle model; False if there is none."""
        return self._evict(lambda entry: entry.device.kind == device.kind)

    def let_go(self, spec: ModelSpec) -> bool:
        """Let go of the model, wherever it is; False if somebody uses it, or it is not here."""
        return self._evict(lambda entry: entry.spec.id == spec.id)

    def _evict(self, is_meant: Callable[[Entry], bool]) -> bool:
        with self._lock:
            for key, entry in self._entries.items():
                if entry.value is not None and not entry.users and is_meant(entry):
                    del self._entries[key]
                    entry.value = None
                    break
            else:
                return False
        if self.watch:
            self.watch.evicted(entry.spec)
        return_memory(entry.device)
        return True

    def _release(self, entry: Entry) -> None:
        with self._lock:
            entry.users -= 1


def load_with_its_loader(spec: ModelSpec, device: Device) -> Any:
    """Call the function that the row names ("module:function")."""
    if not spec.loader.startswith(OWN_NETWORK):
        lazy_libraries.bring_models()
    return named(spec.loader)(spec, device)
