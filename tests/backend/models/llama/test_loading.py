"""With SmolLM2 from its wheel: the graph is made once, and is exact."""

import pytest
import torch

from backend.device import choose_device
from backend.models import gguf_cache
from backend.models.llama.loading import load
from backend.models.registry import models_for

ROW = models_for("generation")[-1]
TEXT = "The quick brown fox jumps over the lazy dog, and then the dog sleeps in the sun."


@pytest.fixture(scope="module")
def lm():
    return load(ROW, choose_device("bundled"))


@pytest.fixture(scope="module")
def plain():
    """The same file in transformers, float32, as it reads GGUF itself."""
    from transformers import AutoModelForCausalLM

    path = ROW.source.fetch()
    return AutoModelForCausalLM.from_pretrained(
        path.parent, gguf_file=path.name, dtype=torch.float32
    )


def test_the_graph_lies_in_the_cache_for_the_next_start(lm):
    folder = gguf_cache.folder_for(ROW.source.fetch(), gguf_cache.GRAPH)
    assert (folder / "graph.xml").is_file()
    assert any((folder / "compiled").iterdir())


def test_its_context_and_its_end_are_those_of_the_model(lm, plain):
    assert lm.context == plain.config.max_position_embeddings == 8192
    assert lm.stop_ids == {plain.generation_config.eos_token_id}


def test_its_logits_are_transformers_own(lm, plain):
    ids = torch.tensor([lm.tokenizer(TEXT)["input_ids"]])
    with torch.inference_mode():
        wanted = plain(ids).logits
    got = lm.reader().read(ids, keep=ids.shape[1])
    assert (got - wanted).abs().max() < 2e-3  # logits reach 30; float32 sums in another order
    assert torch.equal(got.argmax(-1), wanted.argmax(-1))


def test_its_perplexity_is_transformers_own(lm, plain):
    ids = torch.tensor([lm.tokenizer(TEXT)["input_ids"]])
    with torch.inference_mode():
        wanted = plain(ids, labels=ids).loss
    logits = lm.reader().read(ids, keep=ids.shape[1])
    loss = torch.nn.functional.cross_entropy(logits[0, :-1], ids[0, 1:])
    assert float(loss) == pytest.approx(float(wanted), abs=1e-4)
