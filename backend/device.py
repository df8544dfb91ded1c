"""Which device and number format a model runs on, with the reason in words.

Knows torch; asks it only when a model is about to run.
"""

from __future__ import annotations

import gc
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from backend.errors import ModelError
from backend.messages import Message, message
from backend.units import bytes_in_words

CGROUP = Path("/sys/fs/cgroup")


@dataclass(frozen=True)
class Device:
    """A place to run: torch's name for it, its name for people, a torch dtype name, and why."""

    kind: str  # "cuda" ("cuda:1" where there are several), "mps" or "cpu"
    name: str
    dtype: str  # "float32", "bfloat16" or "float16"
    reason: Message
    offloads: bool = False  # the model's parts take turns on it: it has no room for all of them

    @property
    def is_cuda(self) -> bool:
        return self.kind.startswith("cuda")


def choose_device(tier: str) -> Device:
    """The first GPU for the `gpu` tier, the CPU for the others. Raises ModelError without a GPU.

    What a row really runs on depends on what fits: see `placement.py`."""
    accelerator = find_gpu()
    if tier == "gpu":
        if accelerator is None:
            raise ModelError("device_missing")
        return accelerator
    return cpu("device_cpu_no_gpu" if accelerator is None else "device_cpu_small")


def cpu(reason: str) -> Device:
    """The CPU, and the code of the message that says why."""
    return Device("cpu", "CPU", _cpu_dtype(), message(reason))


def find_gpu() -> Device | None:
    """The first CUDA or Apple GPU that torch can use."""
    return next(iter(find_gpus()), None)


def find_gpus() -> list[Device]:
    """All GPUs that torch can use."""
    import torch

    if torch.cuda.is_available():
        count = torch.cuda.device_count()
        return [_cuda(f"cuda:{number}" if count > 1 else "cuda", number) for number in range(count)]
    if torch.backends.mps.is_available():
        return [Device("mps", "Apple GPU", "float16", message("device_mps"))]
    return []


def _cuda(kind: str, number: int) -> Device:
    import torch

    name = torch.cuda.get_device_name(number)
    memory = bytes_in_words(torch.cuda.get_device_properties(number).total_memory)
    dtype = "bfloat16" if torch.cuda.is_bf16_supported(including_emulation=False) else "float16"
    return Device(kind, name, dtype, message("device_cuda", name=name, memory=memory))


def free_bytes(device: Device) -> int:
    """Memory that a new model could take on the device, in bytes."""
    if device.is_cuda:
        return _cuda_free_bytes(device.kind)
    system = min(int(psutil.virtual_memory().available), _container_free_bytes())
    return min(system, _apple_free_bytes()) if device.kind == "mps" else system


def return_memory(device: Device) -> None:
    """What Python and torch's cache still hold goes back to the device."""
    gc.collect()
    if device.kind == "cpu":
        return
    import torch

    with suppress(RuntimeError):  # a GPU that has failed gives nothing back
        if device.is_cuda:
            torch.cuda.empty_cache()  # of all of them
        elif torch.backends.mps.is_available():
            torch.mps.empty_cache()


def _cuda_free_bytes(kind: str) -> int:
    """What torch keeps of tensors that are gone is free for the next ones, though the driver counts
    it as taken: a long run or a load that failed would else look like memory used up."""
    import torch

    kept = torch.cuda.memory_reserved(kind) - torch.cuda.memory_allocated(kind)
    return int(torch.cuda.mem_get_info(kind)[0]) + int(kept)


def _apple_free_bytes() -> int:
    """An Apple GPU shares the system's memory, of which Metal recommends not to take all."""
    import torch

    return int(torch.mps.recommended_max_memory() - torch.mps.driver_allocated_memory())


def _cpu_dtype() -> str:
    """bfloat16 where the CPU multiplies it natively (1.6 times as fast there), else float32."""
    import torch

    has_native_bf16 = getattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)
    return "bfloat16" if has_native_bf16() else "float32"


def _container_free_bytes() -> int:
    """What the container's limit leaves (cgroup v2); hosts such as Spaces set one.

    Files that the kernel keeps in memory count as free, as psutil counts them: it drops them
    when asked for memory, and a download just written would else look like memory used up.
    """
    try:
        limit = int((CGROUP / "memory.max").read_text())  # "max", no limit, is no number either
        used = int((CGROUP / "memory.current").read_text())
        kept = dict(line.split() for line in (CGROUP / "memory.stat").read_text().splitlines())
        return max(0, limit - used + int(kept.get("inactive_file", 0)))
    except (OSError, ValueError):
        return 2**63
