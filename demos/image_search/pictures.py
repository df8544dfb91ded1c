"""Pictures inside HTML: the gallery's by address, visitors' own as data, maps as tiny overlays."""

from __future__ import annotations

import numpy as np
from PIL import Image

from backend.image_search.scope import Scope
from backend.image_search.vector_index import Entry
from demos.shared.colours import heat_rgb
from demos.shared.html import data_url
from demos.shared.theme import MOUNT

MAX_OPACITY = 0.8  # of a map, where it is 1


def address(scope: Scope, key: str) -> str:
    """What an <img> loads: relative, so that a proxy's prefix holds.

    Raises KeyError for a picture that is not in the visitor's store any more.
    """
    if scope.store is None:
        return f"{MOUNT}/gallery/{key}"
    return data_url(scope.store.jpeg(key), "jpeg")


def caption(language: str, entry: Entry) -> str:
    """A sentence about it in the visitor's language; a file's name where nobody wrote one."""
    sentence = entry.chinese if language == "zh" else entry.english
    return sentence or entry.name.rsplit("/", 1)[-1]


def overlay(map_: np.ndarray) -> str:
    """A map [side, side] from 0 to 1 as a picture of as many pixels, clear where it is 0."""
    cells = [[(*heat_rgb(value), round(255 * MAX_OPACITY * value)) for value in row]
             for row in map_.tolist()]  # fmt: skip
    return data_url(Image.fromarray(np.array(cells, np.uint8), "RGBA"), "png")
