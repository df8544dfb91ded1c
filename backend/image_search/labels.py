"""Words for what is in a picture: the gallery's captions and ImageNet's classes, as labels."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from backend.image_search import gallery
from backend.image_search.scores import nearest
from backend.models.registry import ModelSpec

ARTICLES = ("a ", "an ", "the ", "some ", "our ", "一个", "一只", "一条", "一朵", "一辆", "一把")
LONGEST = 32  # characters: a label is a name, not a story


@dataclass(frozen=True)
class Label:
    """A name in English, and in Chinese where somebody wrote it."""

    english: str
    chinese: str = ""


@cache
def labels() -> tuple[Label, ...]:
    """All of them, each English name once."""
    from open_clip.zero_shot_metadata import IMAGENET_CLASSNAMES

    captions = [(_bare(one.english), _bare(one.chinese)) for one in gallery.entries()]
    named = {english: Label(english, chinese) for english, chinese in captions
             if len(english) <= LONGEST}  # fmt: skip
    return tuple((named | {n: Label(n) for n in IMAGENET_CLASSNAMES if n not in named}).values())


def vectors_of(encoder: Any, spec: ModelSpec) -> np.ndarray:
    """Float32 [L, D] of all labels, made once for each model and kept."""
    names = [label.english for label in labels()]
    content = hashlib.sha256("\n".join(names).encode()).hexdigest()[:16]
    file = gallery.kept_file(spec, f"labels-{content}")
    kept = gallery.read_kept(file)
    if kept is None or len(kept) != len(names):
        kept = encoder.encode_texts(names).numpy()
        gallery.keep(file, kept)
    return kept


def nearest_labels(
    vectors: np.ndarray, picture: np.ndarray, count: int = 4
) -> tuple[tuple[Label, float], ...]:
    """The labels most like a picture's vector [D], and their cosines."""
    places, values = nearest(vectors, picture, count)
    return tuple(
        (labels()[place], float(value)) for place, value in zip(places, values, strict=True)
    )


def _bare(caption: str) -> str:
    """ "A red apple." -> "red apple"."""
    text = caption.strip().rstrip(".!。！")
    for article in ARTICLES:
        if text.lower().startswith(article):
            return text[len(article) :]
    return text
