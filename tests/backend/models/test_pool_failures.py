"""A load that fails says why in words, to all who wait, and is forgotten."""

import threading

import pytest

from backend.errors import ModelError
from backend.models.pool import Pool
from tests.backend.fakes import CPU, PATIENCE, Loader, Memory, in_threads, spec
from tests.backend.models.pools import roomy, use


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


def test_what_a_failed_load_had_built_is_gone_when_its_failure_is_known(monkeypatch):
    """Who waits falls to the next row at once, and that row's room is measured then."""
    monkeypatch.setattr("backend.models.pool.log.disabled", True)  # pytest keeps what is logged
    memory = Memory(100)

    def load(row, device):
        half = memory.load(row, device)
        raise RuntimeError(f"{half.id} has too few layers")

    pool = Pool(load, memory.free)
    with pytest.raises(ModelError, match="too few layers"):
        use(pool, spec("large", "cpu", memory_bytes=90))
    assert memory.free(CPU) == 100


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
