"""The bundled text encoder: multilingual-e5-small (Wang et al. 2024) for English and Chinese.

Importing this is cheap; torch and transformers load with `load`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from backend.models.sources import Asset

TEXT_ENCODER = Asset("models/text-encoder")
CENTRE = "centre.json"  # see `training/text_centre.py`
PREFIX = "query: "  # what its training put before every text to compare


def load(folder: Path | None = None, attention: str = "eager") -> tuple[Any, Any]:
    """Tokenizer and BertModel in float32 on the CPU, frozen; `attention` is transformers' name.

    All models of one folder share their weights: change none in place. FileNotFoundError where the
    folder has none.
    """
    from backend.models.text_encoder.loading import model_of, tokenizer_of

    folder = folder or TEXT_ENCODER.fetch()
    return tokenizer_of(folder), model_of(folder, attention)
