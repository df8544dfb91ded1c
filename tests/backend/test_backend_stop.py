"""Stop, a closed page and an error free everything that a run had."""

import threading

import pytest

from backend.errors import Cancelled, ModelError
from backend.jobs import Job
from backend.models.pool import Pool
from tests.backend.fakes import (
    PATIENCE,
    Loader,
    Memory,
    assert_nothing_is_left,
    codes,
    make_backend,
    results,
    spec,
)
from tests.backend.runs import endless, run


def test_stop_while_loading_ends_the_run_and_the_load_serves_the_next_visitor():
    loader = Loader(gate=threading.Event())
    backend = make_backend(loader)
    updates = run(backend)
    assert codes([next(updates)]) == ["loading"]
    assert backend.cancel("ann") == 1
    with pytest.raises(Cancelled):
        next(updates)
    assert_nothing_is_left(backend)
    loader.gate.set()
    assert results(run(backend, visitor="bob")) == [("big", "cuda", [])]
    assert loader.asked == ["big"]


def test_stop_while_waiting_ends_the_wait_alone():
    backend = make_backend()
    first = run(backend, endless, visitor="ann")
    assert "big" in first
    second = run(backend, visitor="bob")
    assert codes([next(second)]) == ["waiting"]
    assert backend.cancel("bob") == 1
    with pytest.raises(Cancelled):
        next(second)
    assert next(first) == "big"
    first.close()
    assert_nothing_is_left(backend)


def test_stop_in_mid_answer_frees_the_slot_for_whoever_waits():
    backend = make_backend()
    first = run(backend, endless, visitor="ann")
    assert "big" in first
    second = run(backend, visitor="bob")
    assert codes([next(second)]) == ["waiting"]
    backend.cancel("ann")
    with pytest.raises(Cancelled):
        next(first)
    assert results(second) == [("big", "cuda", [])]
    assert_nothing_is_left(backend)


@pytest.mark.parametrize("state", ["loading", "waiting", "answering"])
def test_closing_the_iterator_frees_everything(state):
    """What gradio does when the page is closed."""
    gate = threading.Event()
    backend = make_backend(Loader(gate=gate))
    if state != "loading":
        gate.set()
    other = run(backend, endless, visitor="bob")
    if state == "waiting":
        assert "big" in other
    mine = run(backend, endless)
    if state == "answering":
        assert "big" in mine
    else:
        assert codes([next(mine)]) == [state]
    mine.close()
    other.close()
    gate.set()
    assert_nothing_is_left(backend)


def test_stop_before_anything_is_chosen_loads_nothing():
    loader = Loader()
    backend = make_backend(loader)
    updates = run(backend)
    backend.cancel("ann")
    with pytest.raises(Cancelled):
        next(updates)
    assert loader.asked == []
    assert_nothing_is_left(backend)


def test_a_run_that_is_never_started_holds_nothing():
    backend = make_backend()
    run(backend, endless).close()
    run(backend, endless)
    assert_nothing_is_left(backend)


def test_an_error_in_the_work_frees_everything():
    def work(model, run):
        yield "half"
        raise ZeroDivisionError("a bug")

    backend = make_backend()
    with pytest.raises(ZeroDivisionError):
        results(run(backend, work))
    assert_nothing_is_left(backend)


def test_a_model_in_use_stays_and_an_idle_one_makes_room():
    memory = Memory(100)
    rows = (spec("a", "cpu"), spec("b", "cpu"))
    backend = make_backend(rows=rows, pool=Pool(memory.load, memory.free))
    using_a = run(backend, endless, model="a")
    assert "a" in using_a
    with pytest.raises(ModelError, match="it needs about 100 B of memory, and 0 B are free"):
        results(run(backend, model="b", visitor="bob"))
    using_a.close()
    list(
        backend.jobs.on_device("cpu", (nothing for nothing in ()), Job(PATIENCE))
    )  # its end has been seen to
    assert results(run(backend, model="b", visitor="bob")) == [("b", "cpu", [])]
    assert memory.ids() == {"b"}
