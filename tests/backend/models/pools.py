"""A pool that has room, one use of a model, and a download that is on its way."""

import threading
from dataclasses import dataclass, field

from backend.models.pool import Pool
from tests.backend.fakes import CPU, PATIENCE, FakeSource


def roomy(load):
    """A pool that never runs short of memory."""
    return Pool(load=load, free=lambda _: 2**60)


def use(pool, row, device=CPU):
    """Load a model and let go of it at once; its id, so that the test does not keep it alive."""
    with pool.lease(row, device) as lease:
        assert lease.wait(PATIENCE)
        return lease.model.id


@dataclass(frozen=True)
class Download(FakeSource):
    """A source that is not here until `arrived` is set."""

    here: bool = False
    started: threading.Event = field(default_factory=threading.Event)
    arrived: threading.Event = field(default_factory=threading.Event)

    def fetch(self, wish=None):
        self.started.set()
        assert self.arrived.wait(PATIENCE)
        return self.path
