"""Each hub row in its full shape: the published configuration has as many weights as the row says;
a checkpoint of that shape, in the hub's layout, is loaded by the row's own loader, and takes one
step in the number format that the row would have here.

The weights are zeros in sparse files: no hub can be reached where this is developed.
"""

from dataclasses import replace

import pytest
import torch

from backend.device import find_gpu, return_memory
from backend.models.registry import MODELS, named
from backend.models.sources import Hub
from tests.backend.fakes import CPU, FakeSource
from tests.backend.models.full_checkpoints import FAMILIES
from tests.backend.models.full_shapes import PARTS, parts_of

ROWS = {row.id: row for row in MODELS if isinstance(row.source, Hub)}
# Gigabytes of weights: loaded and run by `make test-shapes`, one after another.
LARGE = {"qwen3-4b", "qwen3-vl-4b", "flux2-klein-4b", "sd-turbo"}
STEPS = [
    pytest.param(row, marks=pytest.mark.shapes if row in LARGE else pytest.mark.slow)
    for row in ROWS
]


def weights(networks):
    """How many there are, those that are used twice once."""
    return sum({id(one): one.numel() for part in networks for one in part.parameters()}.values())


def test_every_hub_row_has_its_shape_here():
    assert set(PARTS) == set(ROWS)


def test_every_hub_row_can_be_written_loaded_and_run_here():
    missing = {row.id for row in ROWS.values() if row.loader not in FAMILIES}
    assert not missing, f"no family in full_checkpoints.py for {missing}"


@pytest.mark.parametrize("row", ROWS)
def test_a_rows_parameters_are_those_of_its_published_configuration(row):
    """To a ten-thousandth: repositories round, and some keep a weight that the classes do not."""
    assert weights(parts_of(row)) == pytest.approx(ROWS[row].parameters, rel=1e-4)


@pytest.mark.parametrize("row", STEPS)
def test_a_checkpoint_of_the_full_shape_is_loaded_by_its_own_loader_and_takes_a_step(
    row, tmp_path, monkeypatch
):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    takes_a_step(row, tmp_path, CPU)


@pytest.mark.gpu
@pytest.mark.parametrize("row", ROWS)
def test_on_a_gpu_each_row_takes_a_step(row, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    gpu = find_gpu()
    if gpu is None or not gpu.is_cuda:
        pytest.skip("there is no CUDA GPU")
    takes_a_step(row, tmp_path, gpu)


def takes_a_step(row, folder, device):
    family = FAMILIES[ROWS[row].loader]
    family.save(ROWS[row], folder)
    spec = replace(ROWS[row], source=FakeSource(path=folder))
    dtype = spec.dtype or ("bfloat16" if device is CPU else device.dtype)
    loaded = named(spec.loader)(spec, replace(device, dtype=dtype))
    assert weights(family.network(loaded)) == weights(parts_of(row))
    found = torch.as_tensor(family.step(loaded)).float()
    assert found.numel() and found.isfinite().all()
    del loaded
    return_memory(device)
