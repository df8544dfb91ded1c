"""With SmolLM2 from its wheel: the graph is made once, and is exact."""

import pytest
import torch

from backend.models import gguf_cache
from backend.models.llama import loading
from backend.models.llama.loading import load
from backend.models.reader import TorchReader
from tests.backend.fakes import CPU, FakeSource, spec
from tests.backend.models.llama.conftest import ROW

TEXT = "The quick brown fox jumps over the lazy dog, and then the dog sleeps in the sun."


def test_the_graph_lies_in_the_cache_for_the_next_start(smollm):
    folder = gguf_cache.folder_for(ROW.source.fetch(), gguf_cache.GRAPH)
    assert (folder / "graph.xml").is_file()
    assert any((folder / "compiled").iterdir())


@pytest.mark.slow  # weights as transformers unpacks them
def test_its_context_and_its_end_are_those_of_the_model(smollm, plain_smollm):
    assert smollm.context == plain_smollm.config.max_position_embeddings == 8192
    assert smollm.stop_ids == {plain_smollm.generation_config.eos_token_id}


@pytest.mark.slow  # weights as transformers unpacks them
def test_its_logits_are_transformers_own(smollm, plain_smollm):
    ids = torch.tensor([smollm.tokenizer(TEXT)["input_ids"]])
    with torch.inference_mode():
        wanted = plain_smollm(ids).logits
    got = smollm.reader().read(ids, keep=ids.shape[1])
    assert (got - wanted).abs().max() < 2e-3  # logits reach 30; float32 sums in another order
    assert torch.equal(got.argmax(-1), wanted.argmax(-1))


@pytest.mark.slow  # weights as transformers unpacks them
def test_its_perplexity_is_transformers_own(smollm, plain_smollm):
    ids = torch.tensor([smollm.tokenizer(TEXT)["input_ids"]])
    with torch.inference_mode():
        wanted = plain_smollm(ids, labels=ids).loss
    logits = smollm.reader().read(ids, keep=ids.shape[1])
    loss = torch.nn.functional.cross_entropy(logits[0, :-1], ids[0, 1:])
    assert float(loss) == pytest.approx(float(wanted), abs=1e-4)


def test_where_the_hub_gave_a_folder_torch_runs_it(tiny_folder):
    lm = load(spec("small", source=FakeSource(path=tiny_folder)), CPU)
    assert isinstance(lm.reader(), TorchReader) and lm.context == 2048


def test_rows_of_two_tasks_share_one_compiled_graph_for_as_long_as_one_is_used(smollm):
    folder = gguf_cache.folder_for(ROW.source.fetch(), gguf_cache.GRAPH)
    other = loading.load_folder("Another row", folder)
    assert other.model is smollm.model and other.reader() is not other.reader()
    assert list(loading._compiled.values()) == [smollm.model]
