"""Operations in this process: a model from the pool, and turns on the device's thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from backend.device import Device
from backend.line import place_for
from backend.messages import message
from backend.models.load_progress import loading_message
from backend.models.pool import Lease, Pool
from backend.models.registry import ModelSpec
from backend.operation import Operation
from backend.operations import OPERATIONS, Procedure
from backend.run import Progress, Run
from backend.schedule import POLL, Jobs


class Here:
    """Does operations with the models of a pool."""

    def __init__(
        self,
        pool: Pool,
        jobs: Jobs,
        device_for: Callable[[ModelSpec], Device],
        operations: Mapping[str, Procedure] = OPERATIONS,
    ) -> None:
        """`device_for` a row."""
        self._pool, self._jobs, self._operations = pool, jobs, operations
        self.device_for = device_for

    def attempt(self, operation: Operation, run: Run) -> Iterator[Progress | Any]:
        """See Executor."""
        run = replace(run, takes_turns=True, hint=operation.hint)
        procedure = self._operations[operation.name]
        run.job.check()
        with self._pool.lease(run.spec, run.device, run.patience) as lease:
            work = procedure.load()  # while the model is loaded
            yield from _until_loaded(lease, run)
            model = lease.model  # a failed load falls now, not after a wait for the device
            device, job = run.device.kind, run.job
            place = place_for(procedure.kind, run.spec.id, getattr(model, "is_offloaded", False))
            for _ in self._jobs.take_place(device, job, place):
                yield run.progress(message("waiting"))
            try:
                job.start_clock()
                steps = work(model, run, *operation.arguments)
                yield from self._jobs.on_device(device, steps, job, procedure.kind == "short")
            finally:
                job.stop_clock()
                self._jobs.leave_place(job)

    def device_of(self, spec: ModelSpec) -> Device:
        """See Executor."""
        device = self.device_for(spec)
        return replace(device, dtype=spec.dtype) if spec.dtype else device

    def load_ahead(self, spec: ModelSpec) -> None:
        """See Executor: if it is on this disk."""
        if spec.source.on_disk():
            self._pool.load_ahead(spec, self.device_of(spec))


def _until_loaded(lease: Lease, run: Run) -> Iterator[Progress]:
    """Progress until the load has ended; the visitor can leave meanwhile, the load goes on."""
    if lease.wait(0):
        return
    while not lease.wait(POLL):
        run.job.check()
        yield run.progress(loading_message(run.spec))
