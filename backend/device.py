"""Which device and number format a model runs on, with the reason in words.

Knows torch; asks it only when a model is about to run.
"""

from __future__ import annotations

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

    kind: str  # "cuda", "mps" or "cpu"
    name: str
    dtype: str  # "float32", "bfloat16" or "float16"
    reason: Message


def choose_device(tier: str) -> Device:
    """The GPU for the `gpu` tier, the CPU for the others. Raises ModelError without a GPU."""
    accelerator = find_gpu()
    if tier == "gpu":
        if accelerator is None:
            raise ModelError("device_missing")
        return accelerator
    reason = message("device_cpu_no_gpu" if accelerator is None else "device_cpu_small")
    return Device("cpu", "CPU", _cpu_dtype(), reason)


def find_gpu() -> Device | None:
    """The first CUDA or Apple GPU that torch can use."""
    import torch

    if torch.cuda.is_available():
        name = torch.cuda.get_device_name(0)
        memory = bytes_in_words(torch.cuda.get_device_properties(0).total_memory)
        dtype = "bfloat16" if torch.cuda.is_bf16_supported(including_emulation=False) else "float16"
        return Device("cuda", name, dtype, message("device_cuda", name=name, memory=memory))
    if torch.backends.mps.is_available():
        return Device("mps", "Apple GPU", "float16", message("device_mps"))
    return None


def free_bytes(device: Device) -> int:
    """Memory that a new model could take on the device, in bytes."""
    if device.kind == "cuda":
        import torch

        return int(torch.cuda.mem_get_info()[0])
    return min(int(psutil.virtual_memory().available), _container_free_bytes())


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
