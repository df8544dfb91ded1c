"""Visitors share one load, and wait for each other on one device alone."""

import pytest

from backend.errors import BusyError
from backend.run import Progress
from backend.schedule import Jobs
from tests.backend.fakes import Loader, codes, in_threads, make_backend, results, slot_is_free
from tests.backend.runs import endless, run


def test_nothing_is_loaded_before_the_first_use():
    loader = Loader()
    make_backend(loader)
    assert loader.asked == []


def test_twenty_visitors_at_once_share_one_load_and_take_turns():
    loader, inside, most = Loader(), [], []

    def work(model, run):
        inside.append(1)
        most.append(len(inside))
        yield model.id
        inside.pop()

    backend = make_backend(loader)
    answers = in_threads(20, lambda i: results(run(backend, work, visitor=f"visitor {i}")))
    assert answers == [["big"]] * 20
    assert loader.asked == ["big"]
    assert most == [1] * 20


def test_the_second_visitor_is_told_of_the_wait_and_then_served():
    backend = make_backend()
    first = run(backend, endless, visitor="ann")
    assert results([next(u for u in first if not isinstance(u, Progress))]) == ["big"]
    second = run(backend, visitor="bob")
    waiting = [next(second), next(second)]
    assert codes(waiting) == ["waiting", "waiting"]
    assert 0 < waiting[0].seconds < waiting[1].seconds
    first.close()
    assert results(second) == [("big", "cuda", [])]


def test_visitors_on_different_devices_do_not_wait_for_each_other():
    backend = make_backend()
    first = run(backend, endless, model="big")
    assert "big" in first  # consumed up to its first answer
    assert codes(run(backend, model="small", visitor="bob")).count("waiting") == 0
    first.close()


def test_patience_used_up_is_an_error_that_leaves_the_first_visitor_alone():
    backend = make_backend(jobs=Jobs(patience=0.1))
    first = run(backend, endless)
    assert "big" in first
    with pytest.raises(BusyError, match="busy with other visitors"):
        results(run(backend, visitor="bob"))
    assert next(first) == "big"
    first.close()
    assert slot_is_free(backend.jobs, "cuda")
