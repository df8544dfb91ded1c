"""The rows of a batch step together, once in every round."""

from contextlib import closing

from backend.jobs import Job
from tests.backend.fakes import PATIENCE
from tests.backend.stage import Batch, row, until


def test_rows_step_together_once_a_round_after_all_others(stage):
    batch = Batch(stage.log)
    stage.add("x", row(batch, 2, "x"))
    stage.add("y", row(batch, 2, "y"))
    stage.add("long", stage.steps("long", 2))
    assert stage.play() == ["long", "batch", "long", "batch"]
    assert stage.given == {"x": ["x0", "x1"], "y": ["y0", "y1"], "long": ["long"]}


def test_what_a_run_yields_to_its_driver_never_reaches_its_consumer(stage):
    stage.add("row", row(Batch(stage.log), 3))
    stage.play()
    assert stage.given["row"] == ["0", "1", "2"]


def test_a_row_is_not_held_up_by_its_consumer(stage):
    stage._gate.set()
    batch = Batch(stage.log)
    with closing(stage.turns.items(row(batch, 5), Job(PATIENCE))) as items:
        assert next(items) == "0"
        until(lambda: stage.log.count("batch") == 5)
        assert list(items) == ["1", "2", "3", "4"]


def test_a_row_without_room_waits_and_is_served_later(stage):
    batch = Batch(stage.log, room=1)
    for name in "xyz":
        stage.add(name, row(batch, 1, name))
    assert stage.play() == ["batch"] * 3
    assert not stage.errors


def test_a_row_that_joins_later_steps_with_the_others(stage):
    batch = Batch(stage.log)

    def late():
        for _ in range(2):
            yield None
        yield from row(batch, 2, "late")

    stage.add("first", row(batch, 4, "first"))
    stage.add("late", late())
    assert stage.play() == ["batch"] * 4
    assert stage.given["late"] == ["late0", "late1"]


def test_two_batches_each_have_their_step_in_a_round(stage):
    one, two = [], []
    stage.add("x", row(Batch(one), 2))
    stage.add("y", row(Batch(two), 3))
    stage.play()
    assert (len(one), len(two)) == (2, 3)
