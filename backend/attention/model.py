"""Models whose attention can be seen: encoders, decoders, encoder-decoders, all in float32.

The registry's rows ask for float32: half precision would show in the numbers of each step.
"""

from __future__ import annotations

import functools
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from backend.attention.request import MAX_TOKENS
from backend.device import Device
from backend.models import gguf_cache
from backend.models.control_tokens import read_as_text
from backend.models.language_model import write_plain
from backend.models.registry import ModelSpec


@dataclass(frozen=True)
class AttentionModel:
    """A loaded model, its tokenizer, its kind, and how many tokens of a text it reads."""

    name: str
    kind: str  # "encoder", "decoder" or "seq2seq"
    model: Any  # transformers.PreTrainedModel
    tokenizer: Any
    max_tokens: int
    # For passes that rest at each layer: one run at a time
    thread: Executor = field(
        default_factory=lambda: ThreadPoolExecutor(1, "attention"), compare=False
    )


def load(spec: ModelSpec, device: Device) -> AttentionModel:
    """Load the row's weights onto the device. Raises ModelError if they cannot be had."""
    kind = spec.task.removeprefix("attention-")
    path = spec.source.fetch()
    if path.suffix == ".gguf":
        load = functools.partial(load_rounded, spec.name, kind, device=device)
        return gguf_cache.load_unpacked(path, gguf_cache.PLAIN, write_plain, load)
    folder = path if path.is_dir() else path.parent
    return load_folder(spec.name, kind, folder, device)


def load_text_encoder(spec: ModelSpec, device: Device) -> AttentionModel:
    """The bundled text encoder, whose weights are packed in a form of our own."""
    from backend.attention import hooks
    from backend.models import text_encoder

    hooks.register()
    tokenizer, model = text_encoder.load(spec.source.fetch(), attention=hooks.IMPLEMENTATION)
    context = model.config.max_position_embeddings
    model = model.to(device.kind)
    return AttentionModel(spec.name, "encoder", model, tokenizer, min(MAX_TOKENS, context))


def load_rounded(name: str, kind: str, folder: Path, device: Device) -> AttentionModel:
    """Load a folder with bfloat16 weights: they stay so in memory, and float32 is computed."""
    from backend.models.rounded import compute_in_float32

    loaded = load_folder(name, kind, folder, replace(device, dtype="bfloat16"))
    compute_in_float32(loaded.model)
    return loaded


def load_folder(name: str, kind: str, folder: Path, device: Device) -> AttentionModel:
    """Load a folder as transformers saves it.

    Weights that are no safetensors are read by transformers with torch.load(weights_only=True).
    """
    import torch
    import transformers

    from backend.attention import hooks

    hooks.register()
    auto = {
        "encoder": transformers.AutoModel,
        "decoder": transformers.AutoModelForCausalLM,
        "seq2seq": transformers.AutoModelForSeq2SeqLM,
    }[kind]
    tokenizer = read_as_text(transformers.AutoTokenizer.from_pretrained(folder))
    model: Any = auto.from_pretrained(
        folder,
        dtype=getattr(torch, device.dtype),
        attn_implementation=hooks.IMPLEMENTATION,
        use_safetensors=any(folder.glob("*.safetensors")),
    )
    model = model.to(device.kind).eval()
    context = getattr(model.config, "max_position_embeddings", None) or MAX_TOKENS
    return AttentionModel(name, kind, model, tokenizer, min(MAX_TOKENS, int(context)))
