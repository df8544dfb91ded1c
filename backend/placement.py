"""Where a row of the registry runs: on a GPU that it fits, else on the CPU.

What fits is measured: memory that is free, with what our own idle models would give back, within
`--gpu-memory`. Where a row allows it, room for its largest part is enough (offload).
"""

from __future__ import annotations

from collections.abc import Callable

from backend.device import Device, cpu, find_gpus
from backend.errors import ModelError
from backend.models.pool import Pool
from backend.models.registry import ModelSpec


class Placement:
    """Chooses devices for one pool. Of several GPUs the one with most room has what is loaded
    next; a model that is loaded stays where it is."""

    def __init__(self, pool: Pool, gpus: Callable[[], list[Device]] = find_gpus) -> None:
        self._pool, self._gpus = pool, gpus

    def device_for(self, spec: ModelSpec) -> Device:
        """Where the row is, or would be loaded now. ModelError for a GPU row without a GPU; one too
        large for every GPU is placed on the roomiest, and its load says what it would need."""
        if spec.tier == "bundled":
            return cpu("device_cpu_small" if self._gpus() else "device_cpu_no_gpu")
        gpus = self._gpus()
        if not gpus and spec.tier == "gpu":
            raise ModelError("device_missing")
        here = self._pool.where(spec)
        for gpu in gpus:
            if here is not None and here.kind == gpu.kind:
                return gpu
        fitting = [gpu for gpu in gpus if self._fits(spec, gpu)]
        if fitting or spec.tier == "gpu":
            return max(fitting or gpus, key=self._pool.room)
        return cpu("device_cpu_full" if gpus else "device_cpu_no_gpu")

    def fits_a_gpu(self, spec: ModelSpec) -> bool:
        """Whether there is a GPU for it, with enough memory that is free or ours."""
        return any(self._fits(spec, gpu) for gpu in self._gpus())

    def _fits(self, spec: ModelSpec, gpu: Device) -> bool:
        return self._pool.reach(gpu) >= spec.needs_at_least(gpu.kind)
