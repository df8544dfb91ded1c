"""Who may be on a device at once, and clear words for those who find no place."""

import pytest

from backend import schedule
from backend.errors import BusyError
from backend.jobs import Job
from backend.line import ALONE, LONGEST, PLACES, place_for
from backend.messages import message
from backend.schedule import Jobs
from demos.shared.strings import say_message
from tests.backend.fakes import PATIENCE, hold, slot_is_free

SHORT, ROW, LONG = PLACES["short"], PLACES["row"], PLACES["long"]


def take(jobs, place, visitor=""):
    """A job that has a place at once; None if it would have to wait."""
    job = Job(PATIENCE, visitor)
    for _ in jobs.take_place("cpu", job, place):
        return None
    return job


def wait(jobs, place, visitor=""):
    """A job that waits, and its wait."""
    job = Job(PATIENCE, visitor)
    waiting = jobs.take_place("cpu", job, place)
    next(waiting)
    return job, waiting


def test_short_work_and_rows_find_a_place_beside_long_runs():
    jobs = Jobs()
    assert [take(jobs, LONG, name) for name in "ab"].count(None) == 0
    assert wait(jobs, LONG, "c")
    assert take(jobs, SHORT)
    assert take(jobs, ROW)


@pytest.mark.parametrize("kind", ["short", "row", "long"])
def test_each_kind_of_work_has_so_many_places(kind):
    jobs, place = Jobs(), PLACES[kind]
    inside = [take(jobs, place, f"visitor {n}") for n in range(place.room)]
    assert None not in inside
    _, waiting = wait(jobs, place, "late")
    jobs.leave_place(inside[0])
    assert list(waiting) == []


def test_work_that_changes_its_model_is_alone_with_that_model():
    jobs = Jobs()
    painter, sketcher = (place_for("exclusive", name) for name in ("painter", "sketcher"))
    first = take(jobs, painter)
    assert take(jobs, sketcher)
    assert take(jobs, LONG)
    _, waiting = wait(jobs, painter)
    jobs.leave_place(first)
    assert list(waiting) == []


def test_a_model_in_parts_has_the_device_to_itself():
    jobs = Jobs()
    beside = [take(jobs, SHORT), take(jobs, LONG)]
    alone, waiting = wait(jobs, place_for("exclusive", "large", is_alone=True))
    _, behind = wait(jobs, SHORT)  # or it would wait for ever
    for job in beside:
        jobs.leave_place(job)
    assert list(waiting) == []
    next(behind)
    jobs.leave_place(alone)
    assert list(behind) == []


def test_one_who_leaves_the_wait_for_the_whole_device_lets_the_others_in():
    jobs = Jobs()
    take(jobs, SHORT)
    _, waiting = wait(jobs, ALONE)
    _, behind = wait(jobs, ROW)
    waiting.close()
    assert list(behind) == []


def test_two_hundred_visitors_are_served_in_their_order_and_the_next_is_told_that_it_is_full(
    monkeypatch,
):
    monkeypatch.setattr(schedule, "POLL", 0.001)
    jobs = Jobs()
    holder = hold(jobs)
    line = [wait(jobs, ROW, f"visitor {number}") for number in range(LONGEST)]
    with pytest.raises(BusyError, match="no place left: 200 runs wait"):
        next(jobs.take_place("cpu", Job(PATIENCE), ROW))
    served, current = [], holder
    for job, waiting in line:
        jobs.leave_place(current)
        assert list(waiting) == []
        served.append(job.visitor)
        current = job
    assert served == [f"visitor {number}" for number in range(LONGEST)]
    jobs.leave_place(current)
    assert slot_is_free(jobs)


def test_who_finds_no_place_is_told_in_both_languages():
    for code in ("line_full", "turns_failed"):
        english, chinese = (say_message(one, message(code, count=200)) for one in ("en", "zh"))
        assert english != chinese
        assert english.isascii() and not chinese.isascii()
