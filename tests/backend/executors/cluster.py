"""A cluster in this process: replicas on an event loop, without Ray."""

from __future__ import annotations

import asyncio
import pickle
import queue
import threading
from collections.abc import Callable, Iterator
from typing import Any

from backend.errors import ModelError
from backend.executors.ray_errors import WorkerGone
from backend.executors.ray_replica import About, Replica

END = object()


class FakeCluster:
    """As `Cluster`: one replica at a time, which may be killed, and then there is a new one."""

    def __init__(self, make: Callable[[], Replica]) -> None:
        self._make, self.replicas = make, [make()]
        self.is_gone = self.is_full = False
        self.fetched: list[str] = []
        self.told: list[str] = []
        self.streams: list[Far] = []
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()

    @property
    def running(self) -> int:
        """Runs under way on all replicas."""
        return sum(len(one._running) for one in self.replicas)

    def kill(self) -> None:
        """The replica dies, and its runs with it; another one takes its place."""
        for stream in self.streams:
            stream.break_off(WorkerGone("killed"))
        self.replicas.append(self._make())

    def work(self, packed: bytes) -> Far:
        self.check_is_there()
        self.streams.append(Far(self._loop, self.replicas[-1], packed, self.is_full))
        return self.streams[-1]

    def stop(self, run: str) -> None:
        for one in self.replicas:
            self._now(one.stop(run))

    def load_ahead(self, row: str) -> None:
        self.told.append(row)
        for one in self.replicas:
            self._now(one.load_ahead(row))

    def about(self) -> About:
        self.check_is_there()
        about: About = pickle.loads(self._now(self.replicas[-1].about()))
        return about

    def tokenizer(self, row: str) -> bytes:
        self.fetched.append(row)
        data: bytes = self._now(self.replicas[-1].tokenizer(row))
        return data

    def check_is_there(self) -> None:
        if self.is_gone:
            raise ModelError("far_cluster_gone", cause="refused")

    def check_has_replicas(self, waited: float) -> None:
        self.check_is_there()
        if self.is_full:
            raise ModelError("far_no_room")

    def _now(self, asked: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(asked, self._loop).result(60)


class Far:
    """A stream of items from a replica, as Ray's: to be cancelled by whoever reads it."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, replica: Replica, packed: bytes, is_held: bool
    ) -> None:
        self._items: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._task = asyncio.run_coroutine_threadsafe(
            self._read(replica, packed) if not is_held else asyncio.sleep(3600), loop
        )

    async def _read(self, replica: Replica, packed: bytes) -> None:
        items = replica.work(packed)
        try:
            async for item in items:
                self._items.put(item)
            self._items.put(END)
        except Exception as error:  # noqa: BLE001  whoever asked raises it
            self._items.put(error)
        finally:
            await items.aclose()  # type: ignore[attr-defined]

    def break_off(self, error: Exception) -> None:
        self._items.put(error)
        self.cancel()

    def cancel(self) -> None:
        self._task.cancel()

    def __iter__(self) -> Iterator[bytes]:
        while (item := self._items.get()) is not END:
            if isinstance(item, Exception):
                raise item
            yield item
