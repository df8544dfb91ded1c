"""backend/device.py, on machines made up by replacing what torch and the system say."""

from types import SimpleNamespace

import psutil
import pytest
import torch

from backend import device
from backend.device import choose_device, find_gpu, find_gpus, free_bytes, return_memory
from backend.errors import ModelError
from tests.backend.fakes import CPU, GPU


@pytest.fixture
def machine(monkeypatch, tmp_path):
    """A machine without a GPU or a memory limit, whose parts a test can exchange."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    monkeypatch.setattr(device, "CGROUP", tmp_path)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=8_000))
    return monkeypatch


def add_cuda(machine, *, has_bf16=True):
    machine.setattr(torch.cuda, "is_available", lambda: True)
    machine.setattr(torch.cuda, "device_count", lambda: 1)
    machine.setattr(torch.cuda, "get_device_name", lambda _: "Fake H100")
    properties = SimpleNamespace(total_memory=80_000_000_000)
    machine.setattr(torch.cuda, "get_device_properties", lambda _: properties)
    machine.setattr(torch.cuda, "is_bf16_supported", lambda **_: has_bf16)
    machine.setattr(torch.cuda, "mem_get_info", lambda _: (5_000, 9_000))


def limit_container(folder, limit, used, reclaimable=0):
    (folder / "memory.max").write_text(f"{limit}\n")
    (folder / "memory.current").write_text(f"{used}\n")
    (folder / "memory.stat").write_text(f"anon 1\ninactive_file {reclaimable}\nactive_file 0\n")


def test_without_a_gpu_there_is_none_to_find(machine):
    assert find_gpu() is None


def test_a_cuda_gpu_is_described_with_its_name_and_memory(machine):
    add_cuda(machine)
    gpu = choose_device("gpu")
    assert (gpu.kind, gpu.name, gpu.dtype) == ("cuda", "Fake H100", "bfloat16")
    assert "Fake H100 with 80 GB of memory" in str(gpu.reason)


def test_an_old_gpu_without_bfloat16_gets_float16(machine):
    add_cuda(machine, has_bf16=False)
    assert choose_device("gpu").dtype == "float16"


def test_an_apple_gpu_is_found(machine):
    machine.setattr(torch.backends.mps, "is_available", lambda: True)
    assert choose_device("gpu").kind == "mps"


def test_several_gpus_are_told_apart_by_number(machine):
    add_cuda(machine)
    machine.setattr(torch.cuda, "device_count", lambda: 2)
    assert [gpu.kind for gpu in find_gpus()] == ["cuda:0", "cuda:1"]
    assert all(gpu.is_cuda for gpu in find_gpus())


def test_an_apple_gpu_has_what_metal_recommends_less_what_is_taken(machine):
    machine.setattr(torch.backends.mps, "is_available", lambda: True)
    machine.setattr(torch.mps, "recommended_max_memory", lambda: 7_000)
    machine.setattr(torch.mps, "driver_allocated_memory", lambda: 3_000)
    assert free_bytes(find_gpu()) == 4_000
    machine.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=1_000))
    assert free_bytes(find_gpu()) == 1_000


def test_the_gpu_tier_without_a_gpu_says_so(machine):
    with pytest.raises(ModelError, match="no GPU was found on this machine"):
        choose_device("gpu")


@pytest.mark.parametrize("tier", ["cpu", "bundled"])
def test_the_smaller_tiers_run_on_the_cpu_and_say_why(machine, tier):
    assert str(choose_device(tier).reason) == "no GPU was found"
    add_cuda(machine)
    chosen = choose_device(tier)
    assert chosen.kind == "cpu"
    assert str(chosen.reason) == "this model is made for the CPU"


@pytest.mark.parametrize(("is_native", "dtype"), [(True, "bfloat16"), (False, "float32")])
def test_bfloat16_is_for_cpus_that_multiply_it_natively(machine, is_native, dtype):
    machine.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: is_native, raising=False)
    assert choose_device("bundled").dtype == dtype


def test_a_torch_that_cannot_tell_means_float32(machine):
    machine.delattr(torch.cpu, "_is_avx512_bf16_supported", raising=False)
    assert choose_device("bundled").dtype == "float32"


def test_free_memory_is_the_gpus_own_or_the_systems(machine):
    add_cuda(machine)
    assert free_bytes(GPU) == 5_000
    assert free_bytes(CPU) == 8_000


def test_what_torch_keeps_for_the_next_tensors_is_free(machine):
    """The driver counts it as taken, long after a run that needed much or a load that failed."""
    add_cuda(machine)
    machine.setattr(torch.cuda, "memory_reserved", lambda _: 3_000)
    machine.setattr(torch.cuda, "memory_allocated", lambda _: 1_000)
    assert free_bytes(GPU) == 7_000


def test_a_gpu_that_has_failed_gives_nothing_back_and_ends_nothing(machine):
    def fail():
        raise RuntimeError("CUDA error: an illegal memory access was encountered")

    machine.setattr(torch.cuda, "empty_cache", fail)
    return_memory(GPU)


def test_a_containers_limit_counts_before_the_systems_memory(machine, tmp_path):
    limit_container(tmp_path, limit=6_000, used=5_500)
    assert free_bytes(CPU) == 500


def test_a_container_beyond_its_limit_has_nothing_free(machine, tmp_path):
    limit_container(tmp_path, limit=6_000, used=6_100)
    assert free_bytes(CPU) == 0


def test_files_that_the_kernel_keeps_in_memory_count_as_free(machine, tmp_path):
    """As in psutil's `available`: a download just written must not look like memory used up."""
    limit_container(tmp_path, limit=6_000, used=5_500, reclaimable=4_000)
    assert free_bytes(CPU) == 4_500


@pytest.mark.parametrize("limit", ["max", "", "many"])
def test_no_limit_or_an_unreadable_one_leaves_the_systems_memory(machine, tmp_path, limit):
    limit_container(tmp_path, limit=limit, used=5_500)
    assert free_bytes(CPU) == 8_000
