"""All steps of a device are made on its own thread, whoever asks for them."""

import threading

import pytest

from backend.jobs import Job
from backend.schedule import Jobs
from tests.backend.fakes import PATIENCE, in_threads


def threads_of(count):
    """Steps that say on which thread each of them was made."""
    for _ in range(count):
        yield threading.current_thread().name


def test_steps_come_in_order_and_to_their_end():
    assert list(Jobs().on_device("cpu", (n for n in range(5)), Job(PATIENCE))) == [0, 1, 2, 3, 4]


def test_all_steps_are_made_on_the_devices_thread_whoever_asks_for_them():
    jobs, names = Jobs(), set()
    steps = jobs.on_device("cpu", threads_of(6), Job(PATIENCE))
    for _ in range(3):
        in_threads(1, lambda _: names.add(next(steps)))
    names |= set(steps) | set(jobs.on_device("cpu", threads_of(2), Job(PATIENCE)))
    assert len(names) == 1
    assert threading.current_thread().name not in names
    assert not names & set(jobs.on_device("cuda", threads_of(2), Job(PATIENCE)))


def test_an_error_in_a_step_reaches_whoever_asked():
    def steps():
        yield 1
        raise ValueError("in the second step")

    given = Jobs().on_device("cpu", steps(), Job(PATIENCE))
    assert next(given) == 1
    with pytest.raises(ValueError, match="in the second step"):
        next(given)


def test_steps_left_in_the_middle_are_closed_before_the_next_ones_begin():
    jobs, closed = Jobs(), []

    def steps():
        try:
            yield 1
            yield 2
        finally:
            closed.append(threading.current_thread().name)

    given = jobs.on_device("cpu", steps(), Job(PATIENCE))
    next(given)
    given.close()
    ((seen, name),) = jobs.on_device(
        "cpu", ((list(closed), n) for n in threads_of(1)), Job(PATIENCE)
    )
    assert seen == [name]


def test_steps_never_asked_for_leave_the_device_alone():
    jobs = Jobs()
    jobs.on_device("cpu", threads_of(1), Job(PATIENCE)).close()
    assert len(list(jobs.on_device("cpu", threads_of(1), Job(PATIENCE)))) == 1


def test_a_device_is_stuck_when_one_step_takes_longer_than_a_whole_run_may():
    jobs, gate, inside = Jobs(deadline=0.0), threading.Event(), threading.Event()

    def steps():
        inside.set()
        assert gate.wait(PATIENCE)
        yield "item"

    items = jobs.on_device("cpu", steps(), Job(PATIENCE))
    consumer = threading.Thread(target=next, args=(items,), daemon=True)
    assert jobs.trouble() == ""
    consumer.start()
    assert inside.wait(PATIENCE)
    assert jobs.trouble() == "stuck"
    gate.set()
    consumer.join(PATIENCE)
    list(items)
    assert jobs.trouble() == ""


def test_a_server_that_stops_has_nothing_more_to_give():
    jobs = Jobs()
    jobs.close()
    assert jobs.trouble() == "stopping"
