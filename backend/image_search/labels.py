"""Names of what may be in a picture: the gallery's short captions and ImageNet's classes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from backend import gallery
from backend.image_search import vector_cache
from backend.image_search.scores import nearest
from backend.models.registry import ModelSpec
from backend.parts import Parts

if TYPE_CHECKING:
    from backend.models.search_encoder.model import SearchEncoder

ARTICLES = ("a ", "an ", "the ", "some ", "our ", "一个", "一只", "一条", "一朵", "一辆", "一把")
SHOWN = 4  # names beside a picture
MAX_CHARACTERS = 32  # a label is a name; longer captions are sentences


@dataclass(frozen=True)
class Label:
    """A name in English, and in Chinese where somebody wrote it."""

    english: str
    chinese: str = ""


@cache
def labels() -> tuple[Label, ...]:
    """All labels, each English name once."""
    from open_clip.zero_shot_metadata import IMAGENET_CLASSNAMES

    captions = [(_bare(one.english), _bare(one.chinese)) for one in gallery.entries()]
    named = {english: Label(english, chinese) for english, chinese in captions
             if len(english) <= MAX_CHARACTERS}  # fmt: skip
    return tuple((named | {n: Label(n) for n in IMAGENET_CLASSNAMES if n not in named}).values())


def vectors_of(
    encoder: SearchEncoder, spec: ModelSpec, check: Callable[[], None] = lambda: None
) -> Parts[np.ndarray]:
    """Float32 [L, D] of all labels, made once for each model and kept; `check` may raise."""
    names = [label.english for label in labels()]
    content = hashlib.sha256("\n".join(names).encode()).hexdigest()[:16]
    file = vector_cache.cached_file(spec, f"labels{encoder.reader}-{content}")
    vectors = vector_cache.read_vectors(file)
    if vectors is None or len(vectors) != len(names):
        vectors = (yield from encoder.encode_texts_in_parts(names, check)).numpy()
        vector_cache.write_vectors(file, vectors)
    return vectors


def nearest_labels(vectors: np.ndarray, picture: np.ndarray) -> tuple[tuple[Label, float], ...]:
    """The labels most similar to a picture's vector [D], and their cosines: SHOWN of them, and as
    many more as it takes until SHOWN have a Chinese name (`in_language`)."""
    places, cosines = nearest(vectors, picture, len(vectors))
    found = [
        (labels()[place], float(cosine)) for place, cosine in zip(places, cosines, strict=True)
    ]
    in_chinese = [rank for rank, (label, _) in enumerate(found) if label.chinese][:SHOWN]
    ranks = {*range(len(found[:SHOWN])), *in_chinese}
    return tuple(found[rank] for rank in sorted(ranks))


def in_language(
    nearest: Sequence[tuple[Label, float]], is_chinese: bool = False
) -> list[tuple[str, float]]:
    """SHOWN names with their cosines; in Chinese of those that have one."""
    named = [(label.chinese if is_chinese else label.english, cosine) for label, cosine in nearest]
    return [(name, cosine) for name, cosine in named if name][:SHOWN]


def _bare(caption: str) -> str:
    """ "A red apple." -> "red apple"."""
    text = caption.strip().rstrip(".!。！")
    for article in ARTICLES:
        if text.lower().startswith(article):
            return text[len(article) :]
    return text
