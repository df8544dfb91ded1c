"""BLIP's weights as its pinned revision has them, not as safetensors: read without running code."""

from __future__ import annotations

import pickle
import shutil
from dataclasses import replace

import pytest
import torch

from backend.captioning import blip as blip_module
from backend.errors import ModelError
from backend.models.pool import Pool
from backend.models.registry import MODELS
from tests.backend.fakes import CPU, PATIENCE, FakeSource, spec


@pytest.fixture
def pickled(blip_folder, tmp_path):
    """The tiny BLIP's folder with no weights in it."""
    folder = tmp_path / "pickled"
    shutil.copytree(blip_folder, folder, ignore=shutil.ignore_patterns("*.safetensors"))
    return folder


def load(folder):
    return blip_module.load(spec("tiny", task="captioning", source=FakeSource(path=folder)), CPU)


def test_weights_in_torchs_format_are_the_same_weights(blip, pickled):
    torch.save(blip.model.state_dict(), pickled / "pytorch_model.bin")
    again = load(pickled).model.state_dict()
    for name, weight in blip.model.state_dict().items():
        assert torch.equal(again[name], weight), name


def test_a_pickle_that_runs_code_is_refused(pickled, tmp_path):
    ran = tmp_path / "ran"

    class Harm:
        def __reduce__(self):
            return ran.touch, ()

    torch.save({"weight": Harm()}, pickled / "pytorch_model.bin")
    with pytest.raises(pickle.UnpicklingError, match=r"(?i)weights"):
        load(pickled)
    assert not ran.exists()


def test_without_its_processor_a_row_fails_with_its_name_and_the_reason(blip_folder, tmp_path):
    folder = tmp_path / "bare"
    shutil.copytree(blip_folder, folder, ignore=shutil.ignore_patterns("*processor_config.json"))
    blip_row = next(row for row in MODELS if row.id == "blip-base")
    row = replace(blip_row, source=FakeSource(path=folder))
    with Pool(free=lambda _: 2**60).lease(row, CPU) as lease:
        assert lease.wait(PATIENCE)
        with pytest.raises(
            ModelError, match=r"BLIP base could not be loaded: OSError: .*processor"
        ):
            _ = lease.model
