"""Each hub row in its full shape: the published configuration has as many weights as the row says,
and a checkpoint of that shape, in the hub's layout, is loaded by the row's own loader.

The weights are zeros in sparse files: no hub can be reached where this is developed.
"""

from dataclasses import replace

import pytest
import torch

from backend.models.registry import MODELS, named
from backend.models.sources import Hub
from tests.backend.fakes import CPU, FakeSource
from tests.backend.models.full_shapes import PARTS, parts_of, write_sparse
from tests.tokenizers import byte_level_tokenizer

ROWS = {row.id: row for row in MODELS if isinstance(row.source, Hub)}
LOADED = (
    "qwen3-0.6b",
    "smolvlm2-500m",
    "distilbert-sst2",
    "distilroberta-finance",
    "roberta-emotions",
    "deberta-zeroshot-xsmall",
    "bert-base",
    "bert-base-uncased",
    "gpt2",
)


def weights(networks):
    """How many there are, those that are used twice once."""
    return sum({id(one): one.numel() for part in networks for one in part.parameters()}.values())


def test_every_hub_row_has_its_shape_here():
    assert set(PARTS) == set(ROWS)


@pytest.mark.parametrize("row", ROWS)
def test_a_rows_parameters_are_those_of_its_published_configuration(row):
    """To a ten-thousandth: repositories round, and some keep a weight that the classes do not."""
    assert weights(parts_of(row)) == pytest.approx(ROWS[row].parameters, rel=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("row", LOADED)
def test_a_checkpoint_of_the_full_shape_is_loaded_by_the_rows_own_loader(row, tmp_path):
    from transformers import GenerationConfig, SmolVLMImageProcessor

    (network,) = parts_of(row)
    network.to(torch.bfloat16 if row.startswith("qwen") else torch.float32)
    network.config.save_pretrained(tmp_path)
    GenerationConfig(eos_token_id=2).save_pretrained(tmp_path)
    write_sparse(network, tmp_path / "model.safetensors")
    special = ["[PAD]", "[CLS]", "[SEP]", "[MASK]"]
    words = byte_level_tokenizer(["a red apple"], special, "[SEP]", mask_token="[MASK]")
    words.save_pretrained(tmp_path)
    if row == "smolvlm2-500m":
        SmolVLMImageProcessor().save_pretrained(tmp_path)
    spec = replace(ROWS[row], source=FakeSource(path=tmp_path))
    loaded = named(spec.loader)(spec, replace(CPU, dtype=spec.dtype or "bfloat16"))
    inside = loaded.model if hasattr(loaded, "model") else loaded
    assert weights([inside]) == weights([network])
