"""Figures in Prometheus' format."""

from __future__ import annotations

from dataclasses import replace

import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from backend.errors import ModelError
from backend.metrics import Metrics
from backend.models.pool import Pool
from backend.watch import RunEnded
from tests.backend.fakes import CPU, FakeModel, Loader, Memory, make_backend, performed, spec


def figures(metrics):
    """{(name, value of each label): value} as Prometheus reads them."""
    text = generate_latest(metrics.registry).decode()
    return {
        (sample.name.removeprefix("show_and_tell_"), *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_a_run_is_counted_with_its_times_and_its_tokens():
    metrics, ended = Metrics(make_backend()), RunEnded(spec("small"), "done", 2.0, 0.05, tokens=20)
    metrics.run_ended(ended)
    metrics.run_ended(replace(ended, outcome="stopped", tokens=5))
    found = figures(metrics)
    assert found["runs_total", "done", "generation", "small"] == 1
    assert found["runs_total", "generation", "small", "stopped"] == 1
    assert found["tokens_total", "small"] == 25
    assert found["run_seconds_sum", "generation"] == 4.0
    assert found["run_seconds_bucket", "1.0", "generation"] == 0
    assert found["run_seconds_bucket", "3.0", "generation"] == 2
    assert found["wait_seconds_bucket", "0.1", "generation"] == 2


def test_a_fall_is_counted_with_its_reason():
    backend = make_backend(Loader(failing={"big": ModelError("hub_offline")}))
    metrics = Metrics(backend)
    list(performed(backend, lambda model, run: iter(())))
    found = figures(metrics)
    assert found["falls_total", "big", "fell_load"] == 1
    assert found["runs_total", "big", "fell", "generation"] == 1
    assert found["runs_total", "done", "generation", "middle"] == 1


def test_loads_evictions_and_memory_are_those_of_the_pool():
    memory = Memory(250)
    pool = Pool(load=memory.load, free=memory.free)
    metrics = Metrics(make_backend(pool=pool))
    for name in ("first", "second", "third"):  # there is room for two
        with pool.lease(spec(name), CPU) as lease:
            assert isinstance(lease.model if lease.wait() else None, FakeModel)
    found = figures(metrics)
    assert [found["loads_total", "done", name] for name in ("first", "second", "third")] == [1] * 3
    assert found["evictions_total", "first"] == 1
    assert found["model_memory_bytes", "cpu", "third"] == 100
    assert ("model_memory_bytes", "cpu", "first") not in found


def test_a_load_that_failed_is_counted():
    backend = make_backend(Loader(failing={"small": ModelError("hub_offline")}))
    metrics = Metrics(backend)
    with backend.pool.lease(spec("small"), CPU) as lease, pytest.raises(ModelError):
        lease.wait()
        assert lease.model
    assert figures(metrics)["loads_total", "failed", "small"] == 1


def test_who_runs_and_who_waits_is_counted_at_the_moment_of_asking():
    backend = make_backend()
    metrics, jobs = Metrics(backend), backend.jobs
    with jobs.open("ann") as first, jobs.open("bob") as second:
        list(jobs.take_place("cpu", first))
        waiting = jobs.take_place("cpu", second)
        next(waiting)
        found = figures(metrics)
        waiting.close()
        jobs.leave_place(first)
    assert (found[("runs_now",)], found[("waiting_now",)]) == (2, 1)
    assert figures(metrics)[("waiting_now",)] == 0
