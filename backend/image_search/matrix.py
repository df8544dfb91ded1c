"""Captions against pictures: cosines, and softmax both ways, as in CLIP's paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from backend.image_search.scores import softmax

if TYPE_CHECKING:
    from PIL.Image import Image

    from backend.models.search_encoder.model import SearchEncoder


@dataclass(frozen=True)
class CaptionMatrix:
    """C captions down, P pictures across."""

    captions: tuple[str, ...]
    cosines: np.ndarray  # [C, P]
    by_picture: np.ndarray  # [C, P]: softmax over the captions, each column sums to 1
    by_caption: np.ndarray  # [C, P]: softmax over the pictures, each row sums to 1


def caption_matrix(
    encoder: SearchEncoder,
    captions: tuple[str, ...],
    pictures: Sequence[Image],
    temperature: float,
) -> CaptionMatrix:
    """Every caption against every picture."""
    texts = encoder.encode_texts(captions).numpy()
    cosines = texts @ encoder.encode_pictures(pictures).numpy().T
    by_picture, by_caption = (softmax(cosines, temperature, axis) for axis in (0, 1))
    return CaptionMatrix(captions, cosines, by_picture, by_caption)
