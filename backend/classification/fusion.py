"""A text and a picture against the same labels: each alone, and two ways to combine them.

Late fusion mixes the two answers. In early fusion a head, trained on such pairs, decides from the
two vectors joined. The search encoder puts texts and pictures into one space.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from backend.classification.head import PAIR, Head, fit
from backend.classification.request import check_class_count
from backend.classification.results import Fused, Pair
from backend.classification.scores import Scores
from backend.parts import Parts

if TYPE_CHECKING:
    from PIL.Image import Image

    from backend.models.search_encoder.model import SearchEncoder

SHARPNESS = 20.0  # of the softmax over cosine similarities


def fuse(
    encoder: SearchEncoder,
    pair: Pair,
    labels: Sequence[str],
    weight: float,
    head: Head | None = None,
    check: Callable[[], None] = lambda: None,
) -> Parts[Fused]:
    """Score both of a pair against the labels; `weight` is the picture's share in late fusion, 0
    to 1. `check` may raise before each few labels."""
    names = (yield from encoder.encode_texts_in_parts(labels, check)).double().numpy()
    by_text, by_picture = _softmax(names @ pair.text), _softmax(names @ pair.picture)
    late = (1 - weight) * by_text + weight * by_picture
    early = head.scores(pair.joined) if head is not None else None
    return Fused(
        _scores(labels, by_text), _scores(labels, by_picture), _scores(labels, late), early, pair
    )


def encode_pair(
    encoder: SearchEncoder, text: str, picture: Image, label: str, encoder_name: str
) -> Pair:
    """The vectors of a text and a picture."""
    text_vector = encoder.encode_texts([text])[0].double().numpy()
    picture_vector = encoder.encode_pictures([picture])[0].double().numpy()
    return Pair(text_vector, picture_vector, label, encoder_name)


def teach_pairs(pairs: Sequence[Pair]) -> Head:
    """A head on the joined vectors of one encoder. InputError for fewer than two labels."""
    labels = [pair.label for pair in pairs]
    check_class_count(len(set(labels)))
    return fit(np.stack([pair.joined for pair in pairs]), labels, pairs[0].encoder, PAIR)


def tokens_and_limit(encoder: SearchEncoder, text: str) -> tuple[int, int]:
    """Tokens of the whole text, and how many of them the encoder reads."""
    return encoder.token_count(text)


def _softmax(cosines: np.ndarray) -> np.ndarray:
    exps = np.exp(SHARPNESS * (cosines - cosines.max()))
    return exps / exps.sum()


def _scores(labels: Sequence[str], values: np.ndarray) -> Scores:
    return Scores(tuple(labels), tuple(map(float, values)))
