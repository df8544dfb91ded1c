"""Fixtures that many tests share: a language model made on the spot, and a backend around it.

Nothing here is downloaded: the hub is switched off for every test and for what it starts.
"""

import gc
import os

os.environ["HF_HUB_OFFLINE"] = "1"  # before anything imports huggingface_hub
if "PYTEST_XDIST_WORKER" in os.environ:  # workers that share the cores take one each
    os.environ["OMP_NUM_THREADS"] = "1"  # before anything imports torch
    gc.disable()  # what is imported while the tests are collected stays anyway

from pathlib import Path

import pytest

from backend import Backend
from backend.cache_folder import cache_root
from backend.models.pool import Pool
from tests.backend.fakes import CPU, spec
from tests.tokenizers import byte_level_tokenizer

TABS = [file.parent.name for file in Path(__file__).parent.glob("demos/*/test_api.py")]
SPECIAL_TOKENS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
SAMPLE_TEXT = "The quick brown fox jumps over the lazy dog, and then the dog jumps over the fox."
CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n"
    "{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """With several workers, one takes all tests of a tab: they share its models and its page."""
    from xdist.scheduler import LoadScopeScheduling

    class ByTab(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return _taken_together(nodeid)

    return ByTab(config, log)


def pytest_collection_finish():
    """A collection of garbage, of which tests and the app ask for many, looks from here on only at
    what came after."""
    gc.collect()
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(items):
    """The app's tests come first, then those of the tabs: they take longest."""
    groups = {item: _taken_together(item.nodeid) for item in items}
    items.sort(key=lambda item: (groups[item] != "app", groups[item] not in TABS))


def _taken_together(nodeid):
    """What one worker takes at a time: a tab's tests, those of the whole app, or a file."""
    file = nodeid.partition("::")[0]
    for name in (*TABS, "llama"):
        if f"/{name}/" in file or f"/test_{name}" in file:
            return name
    return "app" if file.startswith("tests/browser/") else file


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory):
    """A random Llama of two layers and its byte-level tokenizer, saved as transformers saves."""
    folder = tmp_path_factory.mktemp("tiny-llama")
    tokenizer = byte_level_tokenizer(
        [SAMPLE_TEXT] * 2, SPECIAL_TOKENS, end="<|im_end|>", chat_template=CHAT_TEMPLATE
    )
    tokenizer.save_pretrained(folder)
    _make_llama(tokenizer).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def tiny_lm(tiny_folder):
    """The model in `tiny_folder`, loaded for the CPU in float32. Context: 2,048 tokens."""
    from backend.models.language_model import load_folder

    return load_folder("Tiny", tiny_folder, CPU)


@pytest.fixture(scope="session")
def tiny_packed(tiny_folder, tmp_path_factory):
    """The same random Llama packed as GGUF: as OpenVINO's graph, and in transformers."""
    import openvino as ov
    from gguf import GGUFReader
    from transformers import LlamaForCausalLM

    from backend.models.llama.graph import Llama
    from backend.models.llama.loading import EXACT
    from tests.backend.models.llama.packing import Packed, as_packed, pack

    path = tmp_path_factory.mktemp("gguf") / "tiny.gguf"
    model = LlamaForCausalLM.from_pretrained(tiny_folder, dtype="float32")
    pack(model, path)
    gguf = GGUFReader(path)
    network = ov.Core().compile_model(Llama(gguf).build(), "CPU", EXACT)
    return Packed(as_packed(model, gguf), network, gguf)


@pytest.fixture(scope="session")
def bundled_backend():
    """A backend with the bundled models, each loaded once for all tests of a worker."""
    return Backend("bundled")


@pytest.fixture(scope="module")
def own_collections(tmp_path_factory):
    """Visitors' collections of this module are in a folder of their own.

    The gallery's vectors, which take long to make, are the user's: made once on this machine.
    """
    ours, users = tmp_path_factory.mktemp("cache"), cache_root() / "search"
    users.mkdir(exist_ok=True)
    (ours / "search").symlink_to(users, target_is_directory=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHOW_AND_TELL_CACHE", str(ours))
        yield


@pytest.fixture
def tiny_backend(tiny_lm):
    """A backend whose only row, bundled and called "small", is `tiny_lm`."""
    pool = Pool(load=lambda *_: tiny_lm, free=lambda _: 2**60)
    return Backend(
        models=(spec("small"),), pool=pool, device_for=lambda _: CPU, has_gpu=lambda: False
    )


@pytest.fixture
def tiny_generation(tiny_backend):
    """Text generation over that backend."""
    from backend.generation.service import Generation

    return Generation(tiny_backend)


def _make_llama(tokenizer):
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=2048,
        initializer_range=0.2,  # logits far enough apart that the options make a difference
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return LlamaForCausalLM(config)
