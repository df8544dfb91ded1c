"""BLIP's weights as its pinned revision has them, not as safetensors: read without running code."""

from __future__ import annotations

import pickle
import shutil

import pytest
import torch

from backend.captioning import blip as blip_module
from tests.backend.fakes import CPU, FakeSource, spec


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
