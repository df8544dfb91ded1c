"""One load however many ask, failures forgotten, idle models let go."""

import threading
from dataclasses import dataclass, field, replace

import pytest

from backend.errors import ModelError
from backend.models.pool import OWN_NETWORK, Pool, load_with_its_loader
from tests.backend.fakes import (
    CPU,
    GPU,
    PATIENCE,
    FakeModel,
    FakeSource,
    Loader,
    Memory,
    in_threads,
    spec,
)


def roomy(load):
    """A pool that never runs short of memory."""
    return Pool(load=load, free=lambda _: 2**60)


def use(pool, row, device=CPU):
    """Load a model and let go of it at once; its id, so that the test does not keep it alive."""
    with pool.lease(row, device) as lease:
        assert lease.wait(PATIENCE)
        return lease.model.id


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


def test_a_failing_load_gives_the_model_and_the_cause_in_words():
    pool = roomy(Loader({"small": ValueError("bad header\nand a long trace")}))
    with pytest.raises(ModelError) as caught:
        use(pool, spec("small"))
    assert str(caught.value) == "Small could not be loaded: ValueError: bad header"


def test_the_cause_names_files_but_not_the_folders_of_the_server():
    error = OSError(2, "No such file", "/home/ann/.cache/hub/models--x/model.safetensors")
    with pytest.raises(ModelError, match=r"No such file: 'model\.safetensors'$"):
        use(roomy(Loader({"small": error})), spec("small"))


def test_an_address_in_the_cause_stays_whole():
    error = RuntimeError("404 for https://hub.example/some/model/config.json")
    with pytest.raises(ModelError, match=r"https://hub\.example/some/model/config\.json$"):
        use(roomy(Loader({"small": error})), spec("small"))


def test_an_error_for_people_stays_the_cause_it_is():
    pool = roomy(Loader({"small": ModelError("hub_offline")}))
    with pytest.raises(ModelError, match="Small could not be loaded: downloads are switched off"):
        use(pool, spec("small"))


def test_a_failing_load_is_retried_at_the_next_ask():
    loader = Loader({"small": RuntimeError("the disk hiccuped")})
    pool = roomy(loader)
    with pytest.raises(ModelError, match="the disk hiccuped"):
        use(pool, spec("small"))
    assert pool.loaded() == []
    loader.failing.clear()
    assert use(pool, spec("small")) == "small"
    assert loader.asked == ["small", "small"]


class Panic(BaseException):
    """What Rust code raises when it gives up (pyo3's PanicException) is no Exception either."""


@pytest.mark.parametrize("error", [MemoryError(), SystemExit(1), Panic("index out of bounds")])
def test_a_load_that_ends_in_any_way_at_all_is_retried(error):
    loader = Loader({"small": error})
    pool = roomy(loader)
    with pytest.raises(ModelError, match=type(error).__name__):
        use(pool, spec("small"))
    loader.failing.clear()
    assert use(pool, spec("small")) == "small"


def test_all_who_waited_for_a_failing_load_learn_why():
    gate, asked = threading.Event(), threading.Barrier(6)
    pool = roomy(Loader({"small": RuntimeError("bad file")}, gate))

    def ask(_):
        with pool.lease(spec("small"), CPU) as lease:
            if asked.wait(PATIENCE) == 0:
                gate.set()
            assert lease.wait(PATIENCE)
            with pytest.raises(ModelError) as caught:
                _ = lease.model
            return str(caught.value)

    assert set(in_threads(6, ask)) == {"Small could not be loaded: RuntimeError: bad file"}


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


def test_a_model_that_can_never_fit_is_not_downloaded():
    download = Download()
    memory = Memory(50)
    with pytest.raises(ModelError, match="it needs about 100 B"):
        use(Pool(memory.load, memory.free), spec("large", "gpu", source=download))
    assert not download.started.is_set()


def test_a_rows_loader_is_found_by_its_name():
    model = load_with_its_loader(spec("small"), CPU)
    assert isinstance(model, FakeModel)
    assert model.id == "small"


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


def test_a_model_is_loaded_ahead_where_there_is_room():
    loader = Loader()
    pool = roomy(loader)
    pool.load_ahead(spec("small"), CPU)
    assert use(pool, spec("small")) == "small"
    assert loader.asked == ["small"]


def test_nothing_is_let_go_for_a_model_that_nobody_has_asked_for():
    memory = Memory(100)
    pool = Pool(memory.load, memory.free)
    use(pool, spec("wanted", memory_bytes=60))
    pool.load_ahead(spec("ahead", memory_bytes=60), CPU)
    assert pool.loaded() == ["wanted"] and list(pool._entries) == [("wanted", "cpu")]
