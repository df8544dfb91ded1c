"""What fails in one run's turn harms no other run."""

from backend.errors import BusyError
from backend.jobs import Job
from tests.backend.fakes import PATIENCE
from tests.backend.stage import Batch, iter_of, row, until


def test_a_row_that_fails_leaves_its_neighbours_alone(stage):
    batch = Batch(stage.log)

    def bad():
        yield from row(batch, 1, "bad", stage.log)
        raise ValueError("a bad row")

    stage.add("bad", bad())
    stage.add("good", row(batch, 4, "good"))
    stage.play()
    assert str(stage.errors["bad"]) == "a bad row"
    assert stage.given == {"bad": ["bad0"], "good": ["good0", "good1", "good2", "good3"]}
    assert "bad left" in stage.log


def test_the_rows_of_a_batch_that_fails_are_resumed_and_go_on_alone(stage, caplog):
    """However many `for` loops are between them and whoever drives them."""
    broken, other = Batch(stage.log, failure=(1, MemoryError("no room"))), Batch([])

    def goes_on_alone(name):
        for item in row(broken, 3, name):
            if broken.has_failed:
                break
            yield item
        yield f"{name} alone"

    def passed_on(name):
        for item in goes_on_alone(name):  # noqa: UP028 (a loop is the case)
            yield item

    for name in "xy":
        stage.add(name, passed_on(name))
    stage.add("z", row(other, 2, "z"))
    stage.play()
    assert not stage.errors
    assert stage.given == {"x": ["x0", "x alone"], "y": ["y0", "y alone"], "z": ["z0", "z1"]}
    assert caplog.text.count("a step of Batch failed") == 1
    assert "no room" in caplog.text


def test_an_error_in_a_run_reaches_its_own_consumer_only(stage):
    def fails():
        yield None
        raise KeyError("mine")

    stage.add("bad", fails())
    stage.add("good", stage.steps("good", 3))
    stage.play()
    assert list(stage.errors) == ["bad"]
    assert stage.given["good"] == ["good"]


def test_a_mistake_of_the_turns_ends_all_runs_with_a_sentence_and_the_next_are_served(
    stage, monkeypatch, caplog
):
    closed = []

    def endless(name):
        try:
            while True:
                yield None
        finally:
            closed.append(name)

    for name in "ab":
        stage.add(name, endless(name))
    rounds = iter(range(5))

    def broken(seats):
        next(rounds)
        return seats[0]

    monkeypatch.setattr(stage.turns, "_fairest", broken)  # StopIteration in the sixth turn
    stage.play()
    assert {type(error) for error in stage.errors.values()} == {BusyError}
    assert "between the runs of several visitors" in str(stage.errors["a"])
    until(lambda: len(closed) == 2)
    monkeypatch.undo()
    assert list(stage.turns.items(iter_of(1, 2), Job(PATIENCE))) == [1, 2]
    assert "turns of a device failed" in caplog.text


def test_a_run_that_does_not_end_well_is_logged_and_harms_nobody(stage, caplog):
    stage._gate.set()

    def stubborn():
        try:
            yield 1
        finally:
            raise OSError("in its end")

    items = stage.turns.items(stubborn(), Job(PATIENCE))
    next(items)
    items.close()
    assert list(stage.turns.items(iter_of(2), Job(PATIENCE))) == [2]
    assert "did not end well" in caplog.text
