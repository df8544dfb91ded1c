"""A GGUF file's graph, made once into the user's cache folder and compiled for this CPU.

Where there is no such file but the hub's folder with the model, torch runs it.
"""

from __future__ import annotations

import functools
import threading
from pathlib import Path
from weakref import WeakValueDictionary

import openvino as ov

from backend.device import Device
from backend.models import gguf_cache, language_model
from backend.models.language_model import LanguageModel
from backend.models.llama.reader import LlamaReader
from backend.models.registry import ModelSpec

GRAPH = "graph.xml"
# float32 throughout, as in transformers; by default the plugin rounds the KV cache to 8 bits.
EXACT = {
    "INFERENCE_PRECISION_HINT": "f32",
    "KV_CACHE_PRECISION": "f32",
    "DYNAMIC_QUANTIZATION_GROUP_SIZE": "0",
    "PERFORMANCE_HINT": "LATENCY",
}


_compiled: WeakValueDictionary[Path, ov.CompiledModel] = WeakValueDictionary()
_compiling = threading.Lock()


def load(spec: ModelSpec, device: Device) -> LanguageModel:
    """The row's model, ready on the CPU. Raises ModelError if its weights are not available."""
    path = spec.source.fetch()
    if path.is_dir():
        return language_model.load_folder(spec.name, path, device)
    return gguf_cache.load_unpacked(
        path, spec.form, _write, functools.partial(load_folder, spec.name)
    )


def load_folder(name: str, folder: Path) -> LanguageModel:
    """Load what `_write` wrote. Compiling takes seconds once; its result is cached."""
    from transformers import PreTrainedTokenizerFast

    network = _network(folder)
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
    context, stop = int(tokenizer.model_max_length), frozenset({int(tokenizer.eos_token_id)})
    return LanguageModel(name, network, tokenizer, context, stop, LlamaReader)


def _network(folder: Path) -> ov.CompiledModel:
    """The folder's graph, compiled; rows of several tasks share one, for as long as one uses it."""
    with _compiling:
        network = _compiled.get(folder)
        if network is None:
            core = ov.Core()
            core.set_property({"CACHE_DIR": str(folder / gguf_cache.COMPILED)})
            network = _compiled[folder] = core.compile_model(folder / GRAPH, "CPU", EXACT)
    return network


def _write(gguf: Path, target: Path) -> None:
    from gguf import GGUFReader
    from transformers import AutoTokenizer

    from backend.models.llama.graph import Llama

    llama = Llama(GGUFReader(gguf))
    target.mkdir()
    ov.save_model(llama.build(), target / GRAPH, compress_to_fp16=False)
    tokenizer = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name)
    tokenizer.model_max_length = llama.shape.context
    tokenizer.save_pretrained(target)
