"""All rows of the registry as they are on this machine, and what may be done with each: download,
stop that, load, let go. What `GET /models.json` and the page's drawer of models show."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from backend.device import cpu
from backend.errors import InputError, ModelError, ShowTellError
from backend.messages import Message, message
from backend.models.hub.downloads import Fetched
from backend.models.hub.failures import Unwanted
from backend.models.hub.reach import HUB, hub_is_offline
from backend.models.registry import ModelSpec
from backend.models.sources import Wish
from backend.text import shown
from backend.units import bytes_in_words

if TYPE_CHECKING:
    from backend import Backend

log = logging.getLogger(__name__)
EXPERTS = "classification"  # rows of this task are not larger and smaller ones: a router chooses


@dataclass(frozen=True)
class ModelState:
    """A row as it is now. Bytes are those that its registry row states."""

    spec: ModelSpec
    on_disk: bool
    fetched: Fetched | None  # how far its download is
    is_loading: bool
    device: str  # where it is loaded; "" if it is not
    memory_bytes: int
    used_at: float  # seconds since 1970; 0.0 for never
    is_chosen: bool  # by the app, where no model is named
    why: Message  # it was chosen, or was not
    failure: Message | None  # of what was last asked here


class ModelLibrary:
    """Over one backend."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._lock = threading.Lock()
        self._wanted: dict[str, threading.Event] = {}  # downloads begun here; set: stop
        self._failures: dict[str, Message] = {}

    def states(self) -> list[ModelState]:
        """One for each row, in the registry's order."""
        chosen = self._chosen()
        return [self._state(row, chosen.get(row.task)) for row in self.rows]

    def offers(self) -> dict[str, ModelSpec]:
        """For each bundled row that the app chooses, by id: a larger row of its task, not on this
        disk, that this machine has room for."""
        if hub_is_offline() or self._backend.mode != "auto":
            return {}
        return {
            row.id: better
            for task, row in self._chosen().items()
            if row.tier == "bundled" and task != EXPERTS
            if (better := self._better(task)) is not None
        }

    @property
    def rows(self) -> tuple[ModelSpec, ...]:
        return self._backend.models

    def row(self, model: object) -> ModelSpec:
        """The row of that id. InputError for another."""
        for row in self.rows:
            if row.id == model:
                return row
        choices = ", ".join(row.id for row in self.rows)
        raise InputError("not_a_choice", name="model", choices=choices, value=shown(model))

    def download(self, model: object) -> None:
        """Begin, or join, its download; returns at once."""
        row, stopped = self.row(model), threading.Event()
        with self._lock:
            if row.id in self._wanted:
                return
            self._wanted[row.id] = stopped
        HUB.ask_again()
        self._begin(row, lambda: row.source.fetch(Wish(lambda: not stopped.is_set())))

    def stop(self, model: object) -> None:
        """End the download that was begun here; others who wait for it keep it going."""
        with self._lock:
            stopped = self._wanted.get(self.row(model).id)
        if stopped is not None:
            stopped.set()

    def load(self, model: object) -> None:
        """Begin to load it; returns at once."""
        row = self.row(model)
        self._begin(row, lambda: self._load(row))

    def let_go(self, model: object) -> None:
        """Take it out of memory. InputError while somebody uses it."""
        row = self.row(model)
        if not self._backend.pool.let_go(row):
            raise InputError("model_in_use", model=row.name)

    def _load(self, row: ModelSpec) -> None:
        device = self._backend.executor.device_of(row)
        with self._backend.pool.lease(row, device) as lease:
            lease.wait()
            _ = lease.model  # raises what its load raised

    def _begin(self, row: ModelSpec, work: Callable[[], object]) -> None:
        with self._lock:
            self._failures.pop(row.id, None)
        threading.Thread(target=self._run, args=(row, work), daemon=True).start()

    def _run(self, row: ModelSpec, work: Callable[[], object]) -> None:
        try:
            work()
        except Unwanted:
            log.info("the download of %s was stopped", row.id)
        except ShowTellError as error:
            self._failed(row, error.message)
        except Exception:  # a bug of ours: the page gets a sentence, the log the trace
            log.exception("the models page failed with %s", row.id)
            self._failed(row, message("internal"))
        finally:
            with self._lock:
                self._wanted.pop(row.id, None)

    def _failed(self, row: ModelSpec, why: Message) -> None:
        with self._lock:
            self._failures[row.id] = why

    def _state(self, row: ModelSpec, chosen: ModelSpec | None) -> ModelState:
        entry = self._backend.pool.holding(row)
        is_loaded = entry is not None and entry.value is not None
        fetched = row.source.fetched()  # first: one that ends meanwhile is not one that was stopped
        return ModelState(
            spec=row,
            on_disk=row.source.on_disk(),
            fetched=fetched,
            is_loading=entry is not None and not is_loaded,
            device=entry.device.name if entry is not None and is_loaded else "",
            memory_bytes=entry.bytes if entry is not None and is_loaded else 0,
            used_at=self._backend.pool.used_at.get(row.id, 0.0),
            is_chosen=row is chosen,
            why=self._why(row, chosen),
            failure=self._failures.get(row.id),
        )

    def _chosen(self) -> dict[str, ModelSpec]:
        """What the app takes for each task, where it takes anything."""
        plans = {
            task: self._backend.plan(task, "") for task in dict.fromkeys(r.task for r in self.rows)
        }
        return {task: plan[0] for task, plan in plans.items() if plan}

    def _why(self, row: ModelSpec, chosen: ModelSpec | None) -> Message:
        if row.task == EXPERTS:
            return message("why_router")
        if row is chosen:
            return message("why_chosen")
        if row.only_by_name:
            return message("why_by_name")
        if self._backend.mode not in ("auto", row.tier):
            return message("why_mode", mode=self._backend.mode)
        if row.source.on_disk() and chosen is not None:
            return message("why_smaller", model=chosen.name)
        return self._why_not_fetched(row)

    def _why_not_fetched(self, row: ModelSpec) -> Message:
        try:
            device = self._backend.executor.device_of(row)
        except ModelError as error:
            return error.message
        needed, free = row.needs_at_least(device.kind), self._backend.pool.reach(device)
        if free < needed:
            sizes = {"needed": bytes_in_words(needed), "free": bytes_in_words(max(free, 0))}
            return message("needs_memory", **sizes)
        return message("why_unasked")

    def _better(self, task: str) -> ModelSpec | None:
        """The task's largest row for this machine, if it would have to be downloaded."""
        free = self._backend.pool.reach(cpu("device_cpu_no_gpu"))
        for row in self._backend.models_for(task):
            if row.tier == "cpu" and not row.source.on_disk() and row.needs("cpu") <= free:
                return row
        return None
