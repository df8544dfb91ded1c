"""Captions against pictures: cosines, and softmax both ways, as CLIP's paper has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from backend.errors import InputError
from backend.image_search.scores import softmax
from backend.text import clean_text

if TYPE_CHECKING:
    from PIL.Image import Image

MOST = 32  # captions, and pictures
LONGEST = 2000  # characters of a caption
TEMPLATE = "a photo of a {}"


@dataclass(frozen=True)
class Matrix:
    """cosines[caption][picture], and which caption each picture and which picture each caption
    would choose."""

    captions: tuple[str, ...]
    cosines: np.ndarray  # [C, P]
    by_picture: np.ndarray  # [C, P]: shares over the captions, each column sums to 1
    by_caption: np.ndarray  # [C, P]: shares over the pictures, each row sums to 1


def check_captions(value: object, template: object = "{}") -> tuple[str, ...]:
    """One caption a line, put into the template. Raises InputError: none, too many, too long."""
    frame = clean_text(template, "template")[0].strip() or "{}"
    if frame.count("{}") != 1:
        raise InputError("bad_template", hole="{}", value=repr(frame))
    lines = [line.strip() for line in clean_text(value, "captions")[0].splitlines()]
    captions = [line for line in lines if line]
    if not captions:
        raise InputError("no_captions")
    if len(captions) > MOST:
        raise InputError("too_many_captions", count=len(captions), limit=MOST)
    if any(len(caption) > LONGEST for caption in captions):
        raise InputError("too_many_characters", count=max(map(len, captions)), limit=LONGEST)
    return tuple(frame.replace("{}", caption) for caption in captions)


def matrix(
    encoder: Any, captions: tuple[str, ...], pictures: Sequence[Image], temperature: float
) -> Matrix:
    """Every caption against every picture."""
    texts = encoder.encode_texts(captions).numpy()
    values = texts @ encoder.encode_pictures(pictures).numpy().T
    return Matrix(
        captions, values, softmax(values, temperature, 0), softmax(values, temperature, 1)
    )
