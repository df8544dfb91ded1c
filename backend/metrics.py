"""Figures in Prometheus' format: runs, waits, tokens, loads, evictions, falls, memory.

Imported only where somebody wants them (`--metrics`). Every name begins with `show_and_tell_`, but
for those of the process (`process_resident_memory_bytes`), which are Prometheus' own.
"""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, make_asgi_app
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from backend import Backend
from backend.models.pool import Pool
from backend.models.registry import ModelSpec
from backend.schedule import Jobs
from backend.watch import RunEnded

SECONDS = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300)  # upper bounds of the histograms' buckets
PREFIX = "show_and_tell"


class Metrics:
    """A `Watch` that counts what the backend tells it; safe with several threads."""

    def __init__(self, backend: Backend) -> None:
        self.registry = CollectorRegistry()
        self.app = make_asgi_app(self.registry)  # answers with all figures
        ProcessCollector(registry=self.registry)
        self.registry.register(State(backend.jobs, backend.pool))
        run = ("task", "model")
        self._runs = self._counter("runs", "Runs of a model, by how they ended.", *run, "outcome")
        self._seconds = self._histogram("run_seconds", "A run's own time, without waits.")
        self._waits = self._histogram("wait_seconds", "For a place and while others had turns.")
        self._tokens = self._counter("tokens", "Tokens of answers that were written.", "model")
        self._loads = self._counter("loads", "Models loaded, or not.", "model", "outcome")
        self._load_seconds = self._counter("load_seconds", "Time that loads took.", "model")
        self._evictions = self._counter("evictions", "Models let go for others.", "model")
        self._falls = self._counter("falls", "Why a smaller model was tried.", "model", "reason")
        backend.watched_by(self)

    def run_ended(self, run: RunEnded) -> None:
        spec = run.spec
        self._runs.labels(spec.task, spec.id, run.outcome).inc()
        self._seconds.labels(spec.task).observe(run.seconds)
        self._waits.labels(spec.task).observe(run.waited)
        self._tokens.labels(spec.id).inc(run.tokens)
        if run.fall:
            self._falls.labels(spec.id, run.fall.code).inc()

    def loaded(self, spec: ModelSpec, seconds: float) -> None:
        self._loads.labels(spec.id, "done").inc()
        self._load_seconds.labels(spec.id).inc(seconds)

    def load_failed(self, spec: ModelSpec) -> None:
        self._loads.labels(spec.id, "failed").inc()

    def evicted(self, spec: ModelSpec) -> None:
        self._evictions.labels(spec.id).inc()

    def _counter(self, name: str, says: str, *labels: str) -> Counter:
        return Counter(name, says, labels, namespace=PREFIX, registry=self.registry)

    def _histogram(self, name: str, says: str) -> Histogram:
        return Histogram(
            name, says, ("task",), namespace=PREFIX, registry=self.registry, buckets=SECONDS
        )


class State(Collector):
    """What is under way and what is loaded at the moment of asking."""

    def __init__(self, jobs: Jobs, pool: Pool) -> None:
        self._jobs, self._pool = jobs, pool

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield _gauge("runs_now", "Runs under way, those included that wait.", self._jobs.running())
        yield _gauge("waiting_now", "Runs that wait for a place.", self._jobs.waiting())
        memory = GaugeMetricFamily(
            f"{PREFIX}_model_memory_bytes",
            "What each loaded model takes, by what its row says.",
            labels=("model", "device"),
        )
        for spec, device in self._pool.loaded_rows():
            memory.add_metric((spec.id, device.kind), spec.memory_bytes)
        yield memory


def _gauge(name: str, says: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"{PREFIX}_{name}", says, value=value)
