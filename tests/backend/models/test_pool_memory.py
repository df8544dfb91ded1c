"""Idle models are let go where memory is short; one that cannot fit is refused."""

import threading

import pytest

from backend.errors import ModelError
from backend.models.pool import Pool
from tests.backend.fakes import CPU, GPU, PATIENCE, Loader, Memory, in_threads, spec
from tests.backend.models.pools import Download, use


def test_the_least_recently_used_idle_model_is_let_go_and_its_memory_is_free():
    memory = Memory(250)
    pool = Pool(memory.load, memory.free)
    for name in ("a", "b", "a", "c"):
        use(pool, spec(name))
    assert pool.loaded() == ["a", "c"]
    assert memory.ids() == {"a", "c"}  # "b" is gone from the process, not only from the pool
    assert memory.free(CPU) == 50


def test_as_many_models_go_as_the_new_one_needs():
    memory = Memory(300)
    pool = Pool(memory.load, memory.free)
    for name in ("a", "b", "c"):
        use(pool, spec(name))
    use(pool, spec("large", "cpu", memory_bytes=200))
    assert memory.ids() == {"c", "large"}


def test_an_evicted_model_is_loaded_again_when_asked_for():
    memory = Memory(100)
    pool = Pool(memory.load, memory.free)
    assert [use(pool, spec(name)) for name in ("a", "b", "a")] == ["a", "b", "a"]
    assert memory.ids() == {"a"}


def test_a_model_in_use_is_never_evicted():
    memory = Memory(250)
    pool = Pool(memory.load, memory.free)
    with pool.lease(spec("held"), CPU) as held:
        assert held.wait(PATIENCE)
        use(pool, spec("idle"))
        use(pool, spec("new"))
        assert memory.ids() == {"held", "new"}
        assert held.model.id == "held"


def test_a_model_held_twice_stays_until_both_let_go():
    memory = Memory(100)
    pool = Pool(memory.load, memory.free)
    first = pool.lease(spec("held"), CPU)
    assert first.wait(PATIENCE)
    with pool.lease(spec("held"), CPU):
        pass
    with first, pytest.raises(ModelError, match="it needs about 100 B of memory, and 0 B are free"):
        use(pool, spec("new", "cpu"))
    assert use(pool, spec("new", "cpu")) == "new"


def test_a_model_that_can_never_fit_is_refused_with_both_sizes():
    memory = Memory(3_000_000_000)
    pool = Pool(memory.load, memory.free)
    with pytest.raises(ModelError) as caught:
        use(pool, spec("huge", "gpu", memory_bytes=10_000_000_000))
    assert str(caught.value) == (
        "Huge could not be loaded: it needs about 10 GB of memory, and 3.0 GB are free"
    )


def test_a_bundled_model_is_tried_however_little_memory_there_seems_to_be():
    memory = Memory(10)
    assert use(Pool(memory.load, memory.free), spec("small", memory_bytes=100)) == "small"


def test_models_on_another_device_are_left_alone():
    memory = Memory(100)
    pool = Pool(memory.load, memory.free)
    use(pool, spec("on-gpu", "gpu"), GPU)
    use(pool, spec("a"), CPU)
    use(pool, spec("b"), CPU)
    assert memory.ids() == {"on-gpu", "b"}


def test_models_asked_for_at_once_do_not_count_the_same_free_memory():
    memory = Memory(250)
    pool = Pool(memory.load, memory.free)

    def ask(index):
        with pool.lease(spec(f"model-{index}", "cpu"), CPU) as lease:
            everybody_asked.wait(PATIENCE)
            assert lease.wait(PATIENCE)
            everybody_asked.wait(PATIENCE)  # nobody lets go before all loads have ended
            try:
                return lease.model.id
            except ModelError as error:
                return str(error)

    everybody_asked = threading.Barrier(3)
    answers = in_threads(3, ask)
    assert memory.free(CPU) >= 0
    assert sum("it needs about 100 B" in answer for answer in answers) == 1


def test_a_model_that_can_never_fit_is_not_downloaded():
    download = Download()
    memory = Memory(50)
    with pytest.raises(ModelError, match="it needs about 100 B"):
        use(Pool(memory.load, memory.free), spec("large", "gpu", source=download))
    assert not download.started.is_set()


def test_within_a_budget_the_least_recently_used_go_though_the_machine_has_room():
    loader = Loader()
    pool = Pool(load=loader, free=lambda _: 2**60, budget=250)
    for name in ("first", "second", "first", "third"):
        use(pool, spec(name, memory_bytes=100))
    assert pool.loaded() == ["first", "third"]
    use(pool, spec("on the GPU", "gpu", memory_bytes=10_000), GPU)
    assert pool.loaded() == ["first", "third", "on the GPU"]


def test_a_row_larger_than_the_budget_is_refused_and_a_bundled_one_is_tried():
    pool = Pool(load=Loader(), free=lambda _: 2**60, budget=250)
    with pytest.raises(ModelError, match="needs"):
        use(pool, spec("large", "cpu", memory_bytes=300))
    assert use(pool, spec("small", memory_bytes=300)) == "small"


def test_nothing_is_let_go_for_a_model_that_nobody_has_asked_for():
    memory = Memory(100)
    pool = Pool(memory.load, memory.free)
    use(pool, spec("wanted", memory_bytes=60))
    pool.load_ahead(spec("ahead", memory_bytes=60), CPU)
    assert pool.loaded() == ["wanted"] and list(pool._entries) == [("wanted", "cpu")]
