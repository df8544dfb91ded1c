"""Decoder language models: load one from safetensors or GGUF, ready to run."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backend.device import Device
from backend.models import gguf_cache
from backend.models.registry import ModelSpec

if TYPE_CHECKING:
    from openvino import CompiledModel
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

    from backend.models.reader import CausalReader


@dataclass(frozen=True)
class LanguageModel:
    """A loaded causal language model and its tokenizer."""

    name: str
    model: PreTrainedModel | CompiledModel
    tokenizer: PreTrainedTokenizerBase
    context: int  # tokens, prompt and answer together
    stop_ids: frozenset[int]  # tokens that end an answer
    make_reader: Callable[[Any], CausalReader]  # given the model
    companions: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What others keep beside the model, and what goes with it."""

    def reader(self) -> CausalReader:
        """A reader for a new text."""
        return self.make_reader(self.model)


def load(spec: ModelSpec, device: Device) -> LanguageModel:
    """Load the row's weights onto the device. Raises ModelError if they are not available."""
    path = spec.source.fetch()
    if path.suffix == ".gguf":
        load = functools.partial(load_folder, spec.name, device=device)
        return gguf_cache.load_unpacked(path, gguf_cache.PLAIN, write_plain, load)
    return load_folder(spec.name, path, device)


def load_folder(name: str, folder: Path, device: Device) -> LanguageModel:
    """Load a folder as transformers saves it: config, tokenizer, safetensors."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from backend.models.reader import TorchReader

    tokenizer = AutoTokenizer.from_pretrained(folder)
    model: Any = AutoModelForCausalLM.from_pretrained(
        folder, dtype=getattr(torch, device.dtype), use_safetensors=True, attn_implementation="sdpa"
    )
    model = model.to(device.kind).eval()
    context = int(model.config.max_position_embeddings)
    return LanguageModel(name, model, tokenizer, context, stop_ids(model, tokenizer), TorchReader)


def stop_ids(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> frozenset[int]:
    """The ids at which `model.generate` stops, or the tokenizer's own end of text."""
    declared = model.generation_config.eos_token_id
    if declared is None:
        declared = tokenizer.eos_token_id
    if declared is None:
        return frozenset()
    return frozenset(declared if isinstance(declared, list) else [declared])


def write_plain(gguf: Path, target: Path) -> None:
    """The model in `gguf` as transformers saves one, no longer "quantized", with its tokenizer."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    where, file = str(gguf.parent), gguf.name
    packed = AutoModelForCausalLM.from_pretrained(where, gguf_file=file, dtype=torch.float32)
    del packed.config.quantization_config
    model = AutoModelForCausalLM.from_config(packed.config, dtype=torch.bfloat16)
    model.load_state_dict(packed.state_dict())
    model.generation_config = packed.generation_config
    model.save_pretrained(target)
    AutoTokenizer.from_pretrained(where, gguf_file=file).save_pretrained(target)
