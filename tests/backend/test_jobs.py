"""One place at a time, where there is one; Stop and the deadline reach whoever runs or waits."""

import pytest

from backend import jobs as jobs_module
from backend import schedule
from backend.errors import BusyError, Cancelled, DeadlineExceeded
from backend.jobs import Job
from backend.schedule import Jobs
from tests.backend.fakes import PATIENCE, Clock, hold, in_threads, slot_is_free


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    for module in (jobs_module, schedule):
        monkeypatch.setattr(module, "time", clock)
    return clock


def test_a_job_goes_on_until_it_is_cancelled():
    job = Job(PATIENCE)
    job.check()
    job.cancel()
    with pytest.raises(Cancelled):
        job.check()


def test_the_deadline_counts_from_the_start_of_the_clock_not_from_the_ask(clock):
    job = Job(seconds=10)
    clock.now += 1000
    job.check()
    job.start_clock()
    clock.now += 10
    job.check()
    clock.now += 0.1
    with pytest.raises(DeadlineExceeded):
        job.check()


def test_between_two_devices_the_clock_stands_still(clock):
    job = Job(seconds=10)
    job.start_clock()
    job.stop_clock()
    clock.now += 1000
    job.check()
    job.start_clock()
    clock.now += 11
    with pytest.raises(DeadlineExceeded):
        job.check()


def test_the_first_to_ask_has_the_slot_at_once():
    assert list(Jobs().take_place("cpu", Job(PATIENCE))) == []


def test_the_second_waits_and_is_told_for_how_long_until_the_slot_is_free():
    jobs = Jobs()
    holder = hold(jobs)
    waiting = jobs.take_place("cpu", Job(PATIENCE))
    waited = [next(waiting), next(waiting)]
    assert 0 < waited[0] < waited[1]
    jobs.leave_place(holder)
    list(waiting)
    assert not slot_is_free(jobs)


def test_the_slot_goes_to_whoever_has_waited_longest():
    jobs = Jobs()
    holder = hold(jobs)
    queued = [Job(PATIENCE) for _ in range(3)]
    line = [jobs.take_place("cpu", job) for job in queued]
    for waiting in line:
        next(waiting)
    jobs.leave_place(holder)
    for place, waiting in enumerate(line):
        for behind in line[place + 1 :]:
            next(behind)  # still waits, though it asks first
        assert list(waiting) == []
        jobs.leave_place(queued[place])


def test_nobodys_second_run_comes_before_anothers_first():
    jobs = Jobs()
    holder = hold(jobs)
    order = [Job(PATIENCE, visitor) for visitor in ("ann", "ann", "ann", "ben", "cid", "ben")]
    line = {}
    for number, job in enumerate(order):
        line[number] = jobs.take_place("cpu", job)
        next(line[number])
    served = []
    while line:
        jobs.leave_place(holder)
        for number, waiting in list(line.items()):
            if next(waiting, "has it") == "has it":
                served.append(number)
                holder = order[number]
                del line[number]
    assert served == [0, 3, 4, 1, 5, 2]


def test_a_run_has_one_turn_left_once_somebody_waits(clock):
    jobs = Jobs(deadline=300, turn=60, patience=1000)
    holder = Job(300, "ann")
    assert list(jobs.take_place("cpu", holder)) == []
    holder.start_clock()
    clock.now += 200
    holder.check()  # alone it goes on
    waiting = jobs.take_place("cpu", Job(300, "ben"))
    next(waiting)
    clock.now += 50
    next(waiting)
    holder.check()
    clock.now += 11
    with pytest.raises(DeadlineExceeded):
        holder.check()


def test_one_who_leaves_the_line_does_not_hold_up_those_behind():
    jobs = Jobs()
    holder = hold(jobs)
    leaving, staying = (jobs.take_place("cpu", Job(PATIENCE)) for _ in range(2))
    next(leaving)
    next(staying)
    jobs.leave_place(holder)
    next(staying)  # the first in the line has the slot, and has not come for it yet
    leaving.close()
    assert list(staying) == []


def test_each_device_has_a_slot_of_its_own():
    jobs = Jobs()
    hold(jobs, "cuda")
    assert slot_is_free(jobs, "cpu")
    assert not slot_is_free(jobs, "cuda")


def test_one_at_a_time_holds_the_slot_however_many_ask():
    jobs, inside, most = Jobs(), [], []

    def work(index):
        job = Job(PATIENCE)
        list(jobs.take_place("cpu", job))
        inside.append(index)
        most.append(len(inside))
        inside.remove(index)
        jobs.leave_place(job)

    in_threads(20, work)
    assert most == [1] * 20
    assert slot_is_free(jobs)


def test_patience_used_up_is_a_clear_error_and_leaves_the_slot_to_its_holder(clock):
    jobs = Jobs(patience=30)
    holder = hold(jobs)
    waiting = jobs.take_place("cpu", Job(PATIENCE))
    next(waiting)
    clock.now += 31
    with pytest.raises(BusyError, match="no place came free in 31 s"):
        next(waiting)
    assert not slot_is_free(jobs)
    jobs.leave_place(holder)
    assert slot_is_free(jobs)


def test_cancelling_while_waiting_ends_the_wait_and_takes_no_slot():
    jobs = Jobs()
    holder = hold(jobs)
    job = Job(PATIENCE)
    waiting = jobs.take_place("cpu", job)
    next(waiting)
    job.cancel()
    with pytest.raises(Cancelled):
        next(waiting)
    jobs.leave_place(holder)
    assert slot_is_free(jobs)


def test_an_abandoned_wait_takes_no_slot():
    jobs = Jobs()
    holder = hold(jobs)
    waiting = jobs.take_place("cpu", Job(PATIENCE))
    next(waiting)
    waiting.close()
    jobs.leave_place(holder)
    assert slot_is_free(jobs)


def test_cancel_stops_all_jobs_of_one_visitor_and_no_others():
    jobs = Jobs()
    with jobs.open("ann") as one, jobs.open("ann") as two, jobs.open("bob") as other:
        assert jobs.cancel("ann") == 2
        for job in (one, two):
            with pytest.raises(Cancelled):
                job.check()
        other.check()


def test_cancelling_a_visitor_without_jobs_does_nothing():
    jobs = Jobs()
    assert jobs.cancel("nobody") == 0
    with jobs.open("ann"):
        pass
    assert jobs.cancel("ann") == 0


def test_a_visitor_stopped_once_can_ask_again():
    jobs = Jobs()
    with jobs.open("ann"):
        jobs.cancel("ann")
    with jobs.open("ann") as again:
        again.check()


def test_running_counts_the_open_jobs_and_forgets_them_when_they_fail():
    jobs = Jobs()
    with jobs.open("ann"), jobs.open("bob"):
        assert jobs.running() == 2
    with pytest.raises(RuntimeError), jobs.open("ann"):
        raise RuntimeError
    assert jobs.running() == 0


def test_jobs_opened_and_cancelled_on_many_threads_leave_nothing_behind():
    jobs = Jobs()

    def work(index):
        for _ in range(50):
            with jobs.open("ann") as job:
                jobs.cancel("ann")
                with pytest.raises(Cancelled):
                    job.check()

    in_threads(8, work)
    assert jobs.running() == 0
