"""Operations on a cluster of Ray: this process asks, replicas work (`ray_replica.py`).

All state of visitors stays here. A replica that dies takes nothing with it but the runs that it
was at: these are asked again at once, and an answer goes on where it was.
"""

from __future__ import annotations

import logging
import pickle
import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from backend.device import Device
from backend.errors import BusyError, ModelError
from backend.executors import Executor
from backend.executors.ray_cluster import Cluster
from backend.executors.ray_errors import WorkerGone, as_ours
from backend.executors.ray_replica import ACCEPTED
from backend.executors.ticket import ticket_for
from backend.messages import Message, message
from backend.models.registry import ModelSpec
from backend.operation import Operation
from backend.run import Progress, Run
from backend.schedule import POLL
from backend.wire import received

log = logging.getLogger(__name__)
END = object()
LOOK = 1.0  # seconds without an item after which the cluster is looked at
ATTEMPTS = 3  # with one row, each after a replica that died
TOLD = 60.0  # seconds for which replicas are not told again to load a row
PATIENCE = 180.0  # seconds until a replica must have taken a run


class RayServe:
    """Does operations on the replicas of a cluster; what needs this machine's files, `here`."""

    def __init__(self, cluster: Cluster, here: Executor) -> None:
        self._cluster, self._here = cluster, here
        self._tokenizers: dict[str, Any] = {}
        self._told: dict[str, float] = {}  # when replicas were told to load a row

    def attempt(self, operation: Operation, run: Run) -> Iterator[Progress | Any]:
        """See Executor."""
        if operation.is_local:
            local = replace(run, device=self._here.device_of(run.spec))
            yield from self._here.attempt(operation, local)
            return
        for left in reversed(range(ATTEMPTS)):
            last: Any = None
            try:
                for update in self._once(operation, run):
                    last = last if isinstance(update, Progress) else update
                    yield update
                return
            except WorkerGone as error:
                log.warning("a replica has gone: %s", error)
                if not left:
                    raise ModelError("far_worker_gone") from error
            yield run.progress(message("far_again"))
            go_on = getattr(last, "go_on", None)
            operation = go_on(operation) if go_on else operation

    def _once(self, operation: Operation, run: Run) -> Iterator[Progress | Any]:
        run.job.check()
        ticket = ticket_for(operation, run)
        stream = Stream(self._cluster, ticket.packed())
        parts = stream.parts()
        stop = partial(self._cluster.stop, ticket.run)
        try:
            yield from self._until_accepted(stream, run)
            with run.job.when_cancelled(stop):
                yield from received(parts, self._tokenizer_of, run.job.note_cut)
        except EOFError as error:
            raise WorkerGone(str(error)) from error
        finally:
            stream.close()

    def _until_accepted(self, stream: Stream, run: Run) -> Iterator[Progress]:
        """Progress until a replica has it."""
        begun = time.monotonic()
        while not stream.is_accepted(POLL):
            run.job.check()
            waited = time.monotonic() - begun
            if waited > PATIENCE:
                raise BusyError("waited_too_long", seconds=waited)
            if waited > LOOK:
                self._cluster.check_has_replicas(waited)
            yield run.progress(message("waiting"))

    def device_of(self, spec: ModelSpec) -> Device:
        """See Executor: the replicas'."""
        device = self._cluster.about().devices.get(spec.id)
        if device is None:
            raise ModelError("far_other_weights", model=spec.id)
        if isinstance(device, Message):
            raise ModelError(device.code, **device.values)
        return device

    def has_gpu(self) -> bool:
        """Whether the replicas have one."""
        return self._cluster.about().has_gpu

    def load_ahead(self, spec: ModelSpec) -> None:
        """See Executor. All replicas do it, for which one will be asked is not known yet, and a
        run goes on at another one where its own has died. They are not told again for a while."""
        now = time.monotonic()
        if now - self._told.get(spec.id, -TOLD) >= TOLD:
            self._told[spec.id] = now
            self._cluster.load_ahead(spec.id)

    def _tokenizer_of(self, row: str) -> Any:
        fetch = partial(self._cluster.tokenizer, row)
        return self._tokenizers.setdefault(row, FarTokenizer(fetch))


class FarTokenizer:
    """A row's tokenizer, fetched from a replica when it is first used."""

    def __init__(self, fetch: Callable[[], bytes]) -> None:
        self._fetch, self._lock, self._found = fetch, threading.Lock(), None

    def __getattr__(self, name: str) -> Any:
        with self._lock:
            if self._found is None:
                self._found = pickle.loads(self._fetch())  # noqa: S301  our own replica's
        return getattr(self._found, name)


class Stream:
    """One run's items from the cluster, read ahead on a thread of its own."""

    def __init__(self, cluster: Cluster, packed: bytes) -> None:
        self._cluster, self._items = cluster, queue.SimpleQueue[Any]()
        self._far = cluster.work(packed)
        threading.Thread(target=self._read, name="far-run", daemon=True).start()

    def is_accepted(self, seconds: float) -> bool:
        """Whether a replica has taken the run, within `seconds`. Raises why none does."""
        try:
            return self._checked(self._items.get(timeout=seconds)) == ACCEPTED
        except queue.Empty:
            return False

    def parts(self) -> Iterator[bytes]:
        """All that follows."""
        while True:
            try:
                item = self._items.get(timeout=LOOK)
            except queue.Empty:
                self._cluster.check_is_there()
                continue
            if item is END:
                return
            yield self._checked(item)

    def close(self) -> None:
        """Nobody reads on: the replica ends the run within a step."""
        self._far.cancel()

    def _read(self) -> None:
        try:
            for item in self._far:
                self._items.put(item)
            self._items.put(END)
        except BaseException as error:  # noqa: BLE001  whoever asked raises it
            self._items.put(Broken(error))

    def _checked(self, item: Any) -> bytes:
        if isinstance(item, Broken):
            raise as_ours(item.error) from item.error
        if item is END:
            raise EOFError("the stream ended before it began")
        part: bytes = item
        return part


class Broken:
    """What ended a stream."""

    def __init__(self, error: BaseException) -> None:
        self.error = error
