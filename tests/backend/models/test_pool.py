"""One load however many ask, and none before."""

import threading

from backend.models.pool import load_with_its_loader
from tests.backend.fakes import CPU, GPU, PATIENCE, FakeModel, Loader, in_threads, spec
from tests.backend.models.pools import roomy, use


def test_nothing_is_loaded_before_the_first_ask():
    loader = Loader()
    assert roomy(loader).loaded() == []
    assert loader.asked == []


def test_fifty_threads_asking_for_one_model_cause_one_load():
    gate, everybody_asked = threading.Event(), threading.Barrier(51)
    loader = Loader(gate=gate)
    pool = roomy(loader)

    def ask(_):
        with pool.lease(spec("small"), CPU) as lease:
            everybody_asked.wait(PATIENCE)
            assert lease.wait(PATIENCE)
            return lease.model

    def open_gate():
        everybody_asked.wait(PATIENCE)
        gate.set()

    threading.Thread(target=open_gate, daemon=True).start()
    models = in_threads(50, ask)
    assert loader.asked == ["small"]
    assert len(set(map(id, models))) == 1
    assert pool.loaded() == ["small"]


def test_asking_for_a_loaded_model_loads_nothing():
    loader = Loader()
    pool = roomy(loader)
    assert [use(pool, spec("small")) for _ in range(3)] == ["small"] * 3
    assert loader.asked == ["small"]


def test_one_model_on_two_devices_is_loaded_for_each():
    loader = Loader()
    pool = roomy(loader)
    with pool.lease(spec("small"), CPU) as on_cpu, pool.lease(spec("small"), GPU) as on_gpu:
        assert on_cpu.wait(PATIENCE)
        assert on_gpu.wait(PATIENCE)
        assert (on_cpu.model.device, on_gpu.model.device) == ("cpu", "cuda")
    assert loader.asked == ["small", "small"]


def test_a_load_can_be_waited_for_in_short_looks():
    gate = threading.Event()
    with roomy(Loader(gate=gate)).lease(spec("small"), CPU) as lease:
        assert not lease.wait(0)
        gate.set()
        assert lease.wait(PATIENCE)


def test_a_rows_loader_is_found_by_its_name():
    model = load_with_its_loader(spec("small"), CPU)
    assert isinstance(model, FakeModel)
    assert model.id == "small"


def test_a_model_is_loaded_ahead_where_there_is_room():
    loader = Loader()
    pool = roomy(loader)
    pool.load_ahead(spec("small"), CPU)
    assert use(pool, spec("small")) == "small"
    assert loader.asked == ["small"]
