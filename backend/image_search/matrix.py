"""Captions against pictures: cosines, and softmax both ways, as in CLIP's paper."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from backend.image_search.scores import softmax
from backend.parts import Parts

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
    check: Callable[[], None] = lambda: None,
) -> Parts[CaptionMatrix]:
    """Every caption against every picture; `check` may raise before each part."""
    texts = yield from encoder.encode_texts_in_parts(captions, check)
    vectors = yield from encoder.encode_pictures_in_parts(pictures, check)
    cosines = texts.numpy() @ vectors.numpy().T
    by_picture, by_caption = (softmax(cosines, temperature, axis) for axis in (0, 1))
    return CaptionMatrix(captions, cosines, by_picture, by_caption)
