"""A run's clock counts its own steps, and it knows its company."""

from backend import jobs as jobs_module
from backend.errors import DeadlineExceeded
from backend.jobs import Job
from tests.backend.fakes import PATIENCE, Clock
from tests.backend.stage import Batch, iter_of, row


def test_the_clock_stands_still_while_others_have_their_turn(stage, monkeypatch):
    monkeypatch.setattr(jobs_module, "time", Clock())
    clock = jobs_module.time

    def takes(seconds):
        def before(number):
            clock.now += seconds

        return before

    quick, slow = Job(PATIENCE, "quick"), Job(PATIENCE, "slow")
    began = quick.clock(), slow.clock()
    stage.add("quick", stage.steps("quick", 3, takes(1)), job=quick)
    stage.add("slow", stage.steps("slow", 3, takes(100)), job=slow)
    stage.play()
    assert quick.clock.stood + slow.clock.stood >= 203
    assert 3 <= quick.clock() - began[0] < 100  # of the last steps, one is alone
    assert slow.clock.stood == 3


def test_the_deadline_counts_a_runs_own_steps(stage, monkeypatch):
    monkeypatch.setattr(jobs_module, "time", Clock())
    clock = jobs_module.time

    def run(job, name, seconds, count):
        for _ in range(count):
            job.check()
            clock.now += seconds
            stage.log.append(name)
            yield None

    patient, hasty = Job(10, "patient"), Job(10, "hasty")
    for job in (patient, hasty):
        job.start_clock()
    stage.add("patient", run(patient, "patient", 1, 5), job=patient)
    stage.add("hasty", run(hasty, "hasty", 6, 5), job=hasty)
    stage.play()
    assert stage.log.count("patient") == 5
    assert stage.log.count("hasty") == 2
    assert isinstance(stage.errors["hasty"], DeadlineExceeded)
    assert "patient" not in stage.errors


def test_a_batchs_step_is_the_own_time_of_each_row(stage, monkeypatch):
    monkeypatch.setattr(jobs_module, "time", Clock())
    clock, batch = jobs_module.time, Batch(stage.log)

    def slow_step():
        clock.now += 10
        Batch.step(batch)

    batch.step = slow_step
    rows = [Job(PATIENCE, name) for name in "xy"]
    began = [job.clock() for job in rows]
    for job in rows:
        stage.add(job.visitor, row(batch, 2, job.visitor), job=job)
    stage.play()
    assert [job.clock() - start for job, start in zip(rows, began, strict=True)] == [20, 20]


def test_a_run_knows_beside_how_many_others_it_was_served(stage):
    alone = Job(PATIENCE)
    companions = [stage.add(name, stage.steps(name, 2)) for name in "abc"]
    stage.play()
    assert [job.beside for job in companions] == [2, 2, 2]
    assert list(stage.turns.items(iter_of(1), alone)) == [1]
    assert alone.beside == 0
