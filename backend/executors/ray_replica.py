"""What runs on a cluster of Ray: replicas that load models when they are first asked for."""

from __future__ import annotations

import asyncio
import logging
import pickle
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from backend import lazy_libraries
from backend.device import Device
from backend.errors import ModelError
from backend.executors.here import Here
from backend.executors.ticket import Ticket
from backend.jobs import Job
from backend.messages import Message
from backend.models.pool import Pool
from backend.models.registry import MODELS, ModelSpec
from backend.operation import code_version
from backend.operations import OPERATIONS, Procedure
from backend.placement import Placement
from backend.run import Run
from backend.schedule import Jobs
from backend.wire import closing_all, sent

log = logging.getLogger(__name__)
MAX_RUNS = 64  # of one replica at a time, those included that wait for their turn
ACCEPTED = b""  # the first item of each run: a replica has it


@dataclass(frozen=True)
class About:
    """What a replica has."""

    code: str
    devices: dict[str, Device | Message]  # by row; or why it cannot run

    @property
    def has_gpu(self) -> bool:
        devices = [one for one in self.devices.values() if isinstance(one, Device)]
        return any(device.kind != "cpu" for device in devices)


class Replica:
    """Does operations for whoever sends a ticket. One process, with its own models and turns."""

    def __init__(
        self,
        budget: int | None = None,
        models: tuple[ModelSpec, ...] = MODELS,
        device_for: Callable[[ModelSpec], Device] | None = None,
        operations: Mapping[str, Procedure] = OPERATIONS,
    ) -> None:
        """`budget`: see Pool."""
        lazy_libraries.install()
        self._models = models
        self._pool, self._jobs = Pool(budget=budget), Jobs()
        self._here = Here(
            self._pool, self._jobs, device_for or Placement(self._pool).device_for, operations
        )
        self._threads = ThreadPoolExecutor(MAX_RUNS + 4, "runs")
        self._running: dict[str, Job] = {}

    async def work(self, packed: bytes) -> AsyncIterator[bytes]:
        """ACCEPTED, then the run's updates as `wire.sent` has them."""
        ticket: Ticket = pickle.loads(packed)  # noqa: S301  from who has the cluster
        yield ACCEPTED
        with self._jobs.open(ticket.visitor) as job:
            self._running[ticket.run] = job
            steps = Steps(sent(self._attempt(ticket, job), ticket.row, lambda: job.is_cut))
            try:
                while (part := await self._on_a_thread(steps.next)) is not None:
                    yield part
            finally:  # who asked has gone, or has it all
                del self._running[ticket.run]
                job.cancel()
                self._threads.submit(steps.close)

    async def stop(self, run: str) -> bool:
        """The run ends with what it has; whether it is here."""
        job = self._running.get(run)
        if job:
            job.cancel()
        return job is not None

    async def load_ahead(self, row: str) -> None:
        """Begin to load the row, where there is room: a run may come, also from a replica that has
        died."""
        self._threads.submit(self._load_ahead, row)

    async def about(self) -> bytes:
        """An `About`, pickled."""
        return await self._on_a_thread(lambda: pickle.dumps(self._about()))

    async def tokenizer(self, row: str) -> bytes:
        """A row's tokenizer, pickled; KeyError for a row that has none."""
        return await self._on_a_thread(lambda: pickle.dumps(self._tokenizer_of(row)))

    def _attempt(self, ticket: Ticket, job: Job) -> Iterator[Any]:
        spec = ticket.spec(self._models)
        asked_at = job.clock() - ticket.seconds
        run = Run(spec, self._here.device_of(spec), ticket.falls, job, asked_at)
        with ticket.asked.opened() as operation:
            yield from self._here.attempt(operation, run)

    def _load_ahead(self, row: str) -> None:
        spec = next((one for one in self._models if one.id == row), None)
        try:
            if spec:
                self._here.load_ahead(spec)
        except Exception:  # whatever it is, a run will say it
            log.exception("%s is not loaded ahead", row)

    def _tokenizer_of(self, row: str) -> Any:
        spec = next(one for one in self._models if one.id == row)
        with self._pool.lease(spec, self._here.device_of(spec)) as lease:
            lease.wait()
            return lease.model.tokenizer

    def _about(self) -> About:
        devices: dict[str, Device | Message] = {}
        for spec in self._models:
            try:
                devices[spec.id] = self._here.device_of(spec)
            except ModelError as error:
                devices[spec.id] = error.message
        return About(code_version(), devices)

    async def _on_a_thread(self, work: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


class Steps:
    """A run's items, made on any thread, one at a time; may be closed while one is made."""

    def __init__(self, items: Iterator[bytes]) -> None:
        self._items, self._lock = items, threading.Lock()

    def next(self) -> bytes | None:
        with self._lock:
            return next(self._items, None)

    def close(self) -> None:
        with self._lock, closing_all(self._items):
            pass
