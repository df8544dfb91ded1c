"""The painter's network in files and back."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from backend.models import painter
from backend.models.painter.transformer import WordTransformer
from backend.models.painter.weights import network_of, save_network
from backend.models.sources import ASSETS


@pytest.fixture
def network() -> WordTransformer:
    torch.manual_seed(0)
    network = WordTransformer(
        channels=4, size=4, width=64, depth=2, components=16, features=10, names=5
    )
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    return network


def test_what_was_saved_is_nearly_the_network(network: WordTransformer, tmp_path: Path) -> None:
    save_network(network, tmp_path)
    read = network_of(tmp_path)
    assert read.config["width"] == 64 and not read.training
    for name, tensor in network.state_dict().items():
        made = read.state_dict()[name]
        assert made.dtype == torch.float32
        assert (made - tensor).norm() <= 0.02 * tensor.norm(), name


def test_what_no_gradient_trains_stays_frozen(network: WordTransformer, tmp_path: Path) -> None:
    save_network(network, tmp_path)
    learnt = [name for name, p in network.named_parameters() if p.requires_grad]
    assert [
        name for name, p in network_of(tmp_path).named_parameters() if p.requires_grad
    ] == learnt


def test_files_of_an_earlier_network_go(network: WordTransformer, tmp_path: Path) -> None:
    (tmp_path / "diffusion_pytorch_model-00001-of-00009.safetensors").write_bytes(b"old")
    save_network(network, tmp_path)
    assert [file.name for file in tmp_path.glob("*.safetensors")] == ["model.safetensors"]


def test_it_can_be_trained_on_where_it_was_read_in_inference_mode(
    network: WordTransformer, tmp_path: Path
) -> None:
    save_network(network, tmp_path)
    with torch.inference_mode():
        read = network_of(tmp_path)
    assert not any(tensor.is_inference() for tensor in read.state_dict().values())


@pytest.mark.parametrize("name", [".", "missing"])
def test_a_folder_without_weights_is_named(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    with pytest.raises(FileNotFoundError, match=folder.name):
        network_of(folder)


def test_loaded_for_drawing_its_priors_stay_rounded() -> None:
    network = painter.load(ASSETS / "models" / "painter").transformer
    for prior in (network.prompt_prior, network.word_prior, network.name_prior):
        assert {answer.weight.dtype for answer in prior.answers} == {torch.float16}
    assert (
        network.prompt_prior.projection.dtype == network.name_prior.centres.dtype == torch.float16
    )
