"""The backend: models and mathematics behind one object. Never imports gradio.

`Backend` knows no task. Each task's service (`backend/<task>/service.py`) asks it for operations
(`operations.py`); what all of them share is here: choose a model, have the operation done where
that is (`executors`), fall back, stop, and forget a visitor who has left.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing
from functools import partial
from typing import Any, Protocol

from backend import fallback, lazy_libraries
from backend.device import Device, find_gpu
from backend.errors import InputError, ModelError
from backend.executors import Executor
from backend.executors.here import Here
from backend.jobs import Job
from backend.messages import Message, message
from backend.models.hub.reach import PATIENT, QUICK
from backend.models.pool import Pool
from backend.models.registry import MODELS, MODES, ModelSpec, models_for, row_for
from backend.models.sources import ask_ahead
from backend.operation import Operation, key_of
from backend.operations import LOAD_ONLY
from backend.placement import Placement
from backend.run import Progress, Run
from backend.saved_results import SavedResults
from backend.schedule import POLL, Jobs
from backend.shared_runs import SharedRun, SharedRuns, Start
from backend.text import shown
from backend.watch import Watch
from backend.watched_run import reported

log = logging.getLogger(__name__)


class Store(Protocol):
    """What a service keeps for the visitors who are here."""

    def forget(self, visitor: str) -> None: ...


class Backend:
    """Everything the tabs can ask for. One per process; visitors are told apart by name."""

    def __init__(
        self,
        mode: str = "auto",
        models: tuple[ModelSpec, ...] = MODELS,
        pool: Pool | None = None,
        jobs: Jobs | None = None,
        device_for: Callable[[ModelSpec], Device] | None = None,
        has_gpu: Callable[[], bool] | None = None,
        saved: SavedResults | None = None,
    ) -> None:
        """Without `saved` every run is computed, whoever else asks or has asked the same.
        `device_for` and `has_gpu` replace what is measured: a GPU, and what fits it."""
        lazy_libraries.install()  # before any thread needs a model
        self.mode, self.models = mode, models
        self.pool, self.jobs = pool or Pool(), jobs or Jobs()
        placement = Placement(self.pool)
        self.executor: Executor = Here(self.pool, self.jobs, device_for or placement.device_for)
        self._shared = SharedRuns(saved) if saved else None
        self._ahead = ThreadPoolExecutor(1, "load-ahead")
        self._stores: list[Store] = []
        self._has_gpu = has_gpu or (lambda: find_gpu() is not None)
        self._fits_a_gpu = placement.fits_a_gpu if has_gpu is None else lambda _: has_gpu()
        self._watch: Watch | None = None
        self._stand_in: Executor | None = None

    def work_at(self, executor: Executor, has_gpu: Callable[[], bool]) -> None:
        """From now on operations are done there; where it cannot, by bundled models here."""
        self.executor, self._stand_in = executor, self.executor
        self._has_gpu, self._fits_a_gpu = has_gpu, lambda _: has_gpu()

    def models_for(self, task: str) -> list[ModelSpec]:
        """The task's models, largest first."""
        return models_for(task, self.models)

    def has_gpu(self) -> bool:
        return self._has_gpu()

    def cancel(self, visitor: str) -> int:
        """Stop whatever the visitor has running; how many runs that were."""
        own = self.jobs.cancel(visitor)  # first: a job may become a follower meanwhile
        return own + (self._shared.cancel(visitor) if self._shared else 0)

    def watched_by(self, watch: Watch) -> None:
        """From now on `watch` is told of each run, load and eviction."""
        self._watch = self.pool.watch = watch

    def forgets(self, store: Store) -> None:
        """From now on `leave` also empties what `store` has of a visitor."""
        self._stores.append(store)

    def together(self, visitor: str) -> AbstractContextManager[Job]:
        """Several runs as one: a stop between two of them ends the rest, too."""
        return self.jobs.open(visitor)

    def leave(self, visitor: str) -> None:
        """The visitor's page was closed: stop what runs, forget what was kept for it."""
        self.cancel(visitor)
        for store in self._stores:
            store.forget(visitor)

    def close(self, seconds: float) -> None:
        """The server stops: runs end with a sentence that says so. Waits for them that long."""
        self.jobs.close()
        give_up = time.monotonic() + seconds
        while self.jobs.running() and time.monotonic() < give_up:
            time.sleep(POLL)

    def preload(self) -> None:
        """Load the model that each task would use, one after another; failures are only logged."""
        for task in dict.fromkeys(spec.task for spec in self.models):
            try:
                for _ in self.perform(Operation(task, LOAD_ONLY, ()), "", "preload"):
                    pass
            except Exception:  # whatever it is, a visitor's own run will say it on the page
                log.exception("nothing preloaded for %s", task)

    def perform(self, operation: Operation, model: str, visitor: str) -> Iterator[Progress | Any]:
        """Do it on the best model there is: load, wait for a place on the device, fall back, let
        go. Results come as they grow.

        Closing this iterator or `cancel(visitor)` gives the place back. What is cacheable is
        computed once for all who ask it: who asks while it runs follows that run; who asks later
        gets its last update, marked with its age.
        """
        if self._shared is None or not operation.cacheable:
            return self._perform_alone(operation, model, visitor)
        start = partial(self._perform_for_all, operation, model, visitor)
        return self._perform_once(self._shared, operation, model, visitor, start)

    def _perform_alone(
        self, operation: Operation, model: str, visitor: str
    ) -> Iterator[Progress | Any]:
        with self.jobs.open(visitor) as job:
            asked_at = job.clock()
            yield Progress(message("starting"), 0.0)  # choosing a model may import torch: seconds
            yield from self._on_best_model(job, asked_at, operation, model)

    def _perform_once(
        self, shared: SharedRuns, operation: Operation, model: str, visitor: str, start: Start
    ) -> Iterator[Any]:
        with self.jobs.open(visitor) as job:  # for Stop to find, until there is a follower
            asked_at = time.monotonic()
            yield Progress(message("starting"), 0.0)
            rows = [(row, self._device_if_any(row)) for row in self.plan(operation.task, model)]
            updates = shared.follow(key_of(operation, rows), visitor, start, asked_at)
        with closing(updates):
            job.check()
            yield from updates

    def load_ahead(self, *first: tuple[str, str]) -> None:
        """Begin to load what runs of these (task, model) would try first, if it is on this disk and
        there is room; if it is not, ask whether the hub answers. Returns at once: choosing a model
        may import torch, for seconds."""
        for task, model in first:
            self._ahead.submit(self._begin_load, task, model)

    def _begin_load(self, task: str, model: str) -> None:
        try:
            first = self.plan(task, model)[0]
            ask_ahead(first.source)
            self.executor.load_ahead(first)
        except Exception:  # whatever it is, a visitor's own run will say it on the page
            log.exception("nothing loaded ahead for %s", task)

    def _perform_for_all(
        self, operation: Operation, model: str, visitor: str, shared: SharedRun
    ) -> Iterator[Progress | Any]:
        # It has the turns of who began it, but a name of its own: who leaves does not end what
        # others follow.
        with self.jobs.open(visitor, f"{visitor} and others") as job:
            yield from self._on_best_model(job, job.clock(), operation, model, shared.watched)

    def _on_best_model(
        self,
        job: Job,
        asked_at: float,
        operation: Operation,
        model: str,
        watched: Callable[[Run, Iterator[Any]], Iterator[Any]] = lambda _, updates: updates,
    ) -> Iterator[Progress | Any]:
        rows = self.plan(operation.task, model)
        ask_ahead(rows[0].source)  # the hub answers, or does not, while torch is imported
        places = [(row, self.executor) for row in rows]
        if self._stand_in:
            places += [(row, self._stand_in) for row in rows if row.tier == "bundled"]
        executors = iter([executor for _, executor in places])

        def attempt(spec: ModelSpec, falls: tuple[Message, ...]) -> Iterator[Progress | Any]:
            executor, patience = next(executors), self._patience(model)
            run = Run(spec, executor.device_of(spec), falls, job, asked_at, patience=patience)
            updates = executor.attempt(operation, run)
            if self._watch:
                updates = reported(updates, run, self._watch)
            return watched(run, updates)

        yield from fallback.stream([row for row, _ in places], attempt)

    def _patience(self, model: str) -> float:
        """Seconds for a hub's first answer: who has asked for no model has no download in mind."""
        return PATIENT if model and model != "auto" else QUICK

    def _device_if_any(self, spec: ModelSpec) -> Device | None:
        try:
            return self.executor.device_of(spec)
        except ModelError:  # the run will say so
            return None

    def row_for(self, role: str) -> ModelSpec:
        """The row that has this role, such as "sentences"."""
        return row_for(role, self.models)

    def plan(self, task: str, model: str) -> list[ModelSpec]:
        """The rows to try, best first."""
        return fallback.plan(self.rows(task, model), model or self.mode, self._fits_a_gpu)

    def rows(self, task: str, model: str) -> list[ModelSpec]:
        """The task's rows, if `model` names one, or a tier, or none; InputError otherwise."""
        rows = models_for(task, self.models)
        if not rows:
            raise ModelError("no_models", task=task)
        known = ("", *MODES, *(spec.id for spec in rows))
        if model not in known:
            choices = ", ".join(filter(None, known))
            raise InputError("not_a_choice", name="model", choices=choices, value=shown(model))
        return rows
