"""The stage on which the turns of a device are played, and a world whose large model fails."""

import pytest

from backend.models.pool import Pool
from tests.backend.failing_world import LARGE, RIGHT, SMALL, World
from tests.backend.fakes import make_backend
from tests.backend.stage import Stage
from tests.hub import FakeHub, online


@pytest.fixture
def stage():
    return Stage()


@pytest.fixture
def world(monkeypatch, tmp_path):
    with online(monkeypatch, FakeHub(dict(RIGHT)), tmp_path / "hub") as hub:
        made = World(hub, monkeypatch, cache=tmp_path / "hub")
        pool = Pool(load=made.load, free=made.memory.free)
        made.backend = make_backend(rows=(LARGE, SMALL), pool=pool)
        yield made
