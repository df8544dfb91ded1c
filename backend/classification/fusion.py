"""A text and a picture against the same labels: each alone, and two ways to put them together.

Late fusion mixes the two answers. Early fusion joins the two vectors before a head that was taught
on such pairs decides. The search encoder puts texts and pictures into one space.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from backend.classification.head import MOST_CLASSES, PAIR, Head, fit
from backend.classification.scores import Scores
from backend.errors import InputError

if TYPE_CHECKING:
    from PIL.Image import Image

    from backend.models.search_encoder.model import SearchEncoder

SHARPNESS = 20.0  # of cosines before the softmax


@dataclass(frozen=True)
class Pair:
    """A text and a picture as unit vectors [384] of an encoder, and the label they were given."""

    text: np.ndarray
    picture: np.ndarray
    label: str
    encoder: str  # its name

    @property
    def joined(self) -> np.ndarray:
        """[768]: what early fusion reads."""
        return np.concatenate([self.text, self.picture])


@dataclass(frozen=True)
class Fused:
    """The four answers; `early` is None until a head is taught."""

    text: Scores
    picture: Scores
    late: Scores
    early: Scores | None
    pair: Pair  # to be remembered as an example


def fuse(
    encoder: SearchEncoder,
    text: str,
    picture: Image,
    labels: Sequence[str],
    weight: float,
    head: Head | None = None,
    encoder_name: str = "",
) -> Fused:
    """Score both against the labels; `weight` is the picture's share in late fusion, 0 to 1."""
    names = encoder.encode_texts(list(labels)).double().numpy()
    pair = read_pair(encoder, text, picture, "", encoder_name)
    by_text, by_picture = _softmax(names @ pair.text), _softmax(names @ pair.picture)
    late = (1 - weight) * by_text + weight * by_picture
    early = head.scores(pair.joined) if head is not None else None
    return Fused(
        _scores(labels, by_text), _scores(labels, by_picture), _scores(labels, late), early, pair
    )


def read_pair(
    encoder: SearchEncoder, text: str, picture: Image, label: str, encoder_name: str
) -> Pair:
    """The vectors of a text and a picture."""
    words = encoder.encode_texts([text])[0].double().numpy()
    seen = encoder.encode_pictures([picture])[0].double().numpy()
    return Pair(words, seen, label, encoder_name)


def teach_pairs(pairs: Sequence[Pair]) -> Head:
    """A head on joined vectors of one encoder. Raises InputError for fewer than two labels."""
    check_labels_of_pairs([pair.label for pair in pairs])
    labels = [pair.label for pair in pairs]
    return fit(np.stack([pair.joined for pair in pairs]), labels, pairs[0].encoder, PAIR)


def check_labels_of_pairs(labels: Sequence[str]) -> None:
    """Raises InputError for fewer than two different labels, or more than MOST_CLASSES."""
    count = len(set(labels))
    if count < 2:
        raise InputError("one_class", count=count)
    if count > MOST_CLASSES:
        raise InputError("too_many_labels", count=count, limit=MOST_CLASSES)


def tokens_and_limit(encoder: SearchEncoder, text: str) -> tuple[int, int]:
    """Tokens of the whole text, and how many of them are read."""
    found = encoder.tokenizer.tokenizer(text, verbose=False)["input_ids"]
    return len(found), int(encoder.tokenizer.context_length)


def _softmax(likeness: np.ndarray) -> np.ndarray:
    odds = np.exp(SHARPNESS * (likeness - likeness.max()))
    return odds / odds.sum()


def _scores(labels: Sequence[str], values: np.ndarray) -> Scores:
    return Scores(tuple(labels), tuple(map(float, values)))
