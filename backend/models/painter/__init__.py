"""The bundled painter: text to small pictures by flow matching, as a diffusers pipeline.

Importing this package is cheap; torch and diffusers load with `load`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backend.models.painter.pipeline import PainterPipeline


def load(folder: Path, device: str = "cpu") -> PainterPipeline:
    """The pipeline from its weights in `folder`, with the bundled text encoder, on `device`.

    Raises FileNotFoundError naming the folder when there are no weights in it.
    """
    from backend.models import text_encoder
    from backend.models.painter.pipeline import PainterPipeline
    from backend.models.painter.weights import network_of

    if not (folder / "model_index.json").exists():
        raise FileNotFoundError(f"no painter in {folder}: model_index.json is missing")
    tokenizer, encoder = text_encoder.load(attention="sdpa")
    network = network_of(folder / "transformer")
    network.keep_rounded()
    painter = PainterPipeline.from_pretrained(
        folder, transformer=network, tokenizer=tokenizer, text_encoder=encoder,
        local_files_only=True,
    )  # fmt: skip
    return painter.to(device)
