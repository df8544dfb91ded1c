"""The bundled captioner: names what a picture shows, word by word.

Importing this package is cheap; torch, timm and open_clip load with `load`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backend.models.captioner.model import Captioner

IMAGE_ENCODER = "search-encoder"  # the folder beside the captioner's that holds it


def load(folder: Path, device: str = "cpu") -> Captioner:
    """The captioner from its weights in `folder` and the search encoder's beside it, on `device`.

    Raises FileNotFoundError naming the folder when there are no weights in it.
    """
    from backend.models import search_encoder
    from backend.models.captioner.model import load_captioner

    return load_captioner(folder, search_encoder.load(folder.parent / IMAGE_ENCODER, device))
