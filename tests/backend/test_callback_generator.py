"""Work that calls back goes a step when it is asked for one, and rests in between."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from backend.callback_generator import as_generator, in_turns
from backend.errors import Cancelled
from backend.parts import finish
from tests.backend.fakes import PATIENCE


@pytest.fixture
def thread():
    with ThreadPoolExecutor(1) as executor:
        yield executor


def test_no_step_is_taken_that_was_not_asked_for(thread):
    made = []

    def work(report):
        for number in range(3):
            made.append(number)
            report(number)
        return "done"

    steps = as_generator(work, thread)
    for number in range(3):
        assert next(steps) == number
        assert made == list(range(number + 1))
    with pytest.raises(StopIteration) as end:
        next(steps)
    assert end.value.value == "done"


def test_two_of_them_on_threads_of_their_own_never_work_at_the_same_time():
    at_work, most = [], []

    def work(report):
        for _ in range(20):
            at_work.append(1)
            most.append(len(at_work))
            at_work.pop()
            report(None)

    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(1) as two:
        for _ in zip(as_generator(work, one), as_generator(work, two), strict=True):
            pass
    assert most == [1] * 40


def test_closing_ends_the_work_where_it_rests_and_frees_its_thread(thread):
    made = []

    def work(report):
        for number in range(9):
            made.append(number)
            report(number)

    steps = as_generator(work, thread)
    next(steps)
    steps.close()
    assert thread.submit(lambda: "free").result(PATIENCE) == "free"
    assert made == [0]


def test_wherever_the_work_checks_others_have_a_turn(thread):
    names = set()

    def work(check):
        for _ in range(4):
            names.add(threading.current_thread().name)
            check()
        return "read"

    parts = in_turns(work, lambda: None, thread)
    assert [next(parts) for _ in range(4)] == [None] * 4
    assert finish(parts) == "read"
    assert len(names) == 1


def test_a_stop_during_the_rest_ends_the_work_before_its_next_step(thread):
    stopped, made = threading.Event(), []

    def check():
        if stopped.is_set():
            raise Cancelled

    def work(check):
        for number in range(9):
            made.append(number)
            check()

    parts = in_turns(work, check, thread)
    next(parts)
    stopped.set()
    with pytest.raises(Cancelled):
        next(parts)
    assert made == [0]
