"""Which loads go on side by side, and which come one after another."""

import threading
from dataclasses import replace

from backend.models.pool import OWN_NETWORK, Pool
from tests.backend.fakes import CPU, GPU, PATIENCE, FakeModel, Loader, Memory, spec
from tests.backend.models.pools import Download, roomy, use


def test_a_long_download_does_not_keep_other_models_from_loading():
    download = Download()
    pool = roomy(Loader())
    with pool.lease(spec("large", "gpu", source=download), GPU) as large:
        assert download.started.wait(PATIENCE)
        assert use(pool, spec("small")) == "small"
        assert not large.wait(0)
        download.arrived.set()
        assert large.wait(PATIENCE)
        assert large.model.id == "large"


def built_apart(model_id, **options):
    """A row whose loader builds no model of transformers."""
    return replace(spec(model_id, **options), loader=f"{OWN_NETWORK}loading:load")


def test_a_model_that_loads_does_not_hold_up_one_that_is_built_apart():
    gate = threading.Event()
    slow, quick = Loader(gate=gate), Loader()
    pool = roomy(lambda row, device: (slow if row.id == "slow" else quick)(row, device))
    with pool.lease(spec("slow"), CPU) as held_up:
        assert slow.started.wait(PATIENCE)
        assert use(pool, built_apart("quick")) == "quick"
        assert not held_up.wait(0)
        gate.set()
        assert held_up.wait(PATIENCE)


def test_two_that_transformers_builds_come_one_after_another():
    gate, under_way, most = threading.Event(), [], []

    def load(row, device):
        under_way.append(row.id)
        most.append(len(under_way))
        assert gate.wait(PATIENCE)
        under_way.remove(row.id)
        return FakeModel(row, device)

    pool = roomy(load)
    with pool.lease(spec("one"), CPU) as one, pool.lease(spec("two"), CPU) as two:
        gate.set()
        assert one.wait(PATIENCE) and two.wait(PATIENCE)
    assert most == [1, 1]


def test_room_is_kept_for_a_model_that_loads_and_the_next_one_waits_for_it():
    """Side by side, each would find the same 100 bytes free."""
    memory, gate, begun = Memory(100), threading.Event(), []

    def load(row, device):
        begun.append(row.id)
        assert gate.wait(PATIENCE)
        return memory.load(row, device)

    pool = Pool(load, memory.free)
    rows = [built_apart(name, memory_bytes=60) for name in ("one", "two")]
    with pool.lease(rows[0], CPU) as one:
        assert not one.wait(0.05)
        with pool.lease(rows[1], CPU) as two:
            assert not two.wait(0.05)
            assert begun == ["one"]
            gate.set()
            assert one.wait(PATIENCE) and two.wait(PATIENCE)
    assert begun == ["one", "two"]
