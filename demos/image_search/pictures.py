"""Pictures inside HTML: the gallery's by address, visitors' own as data, maps as tiny overlays."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
from markupsafe import Markup
from PIL import Image

from backend.image_search.request import Where
from backend.image_search.vector_index import Entry
from demos.shared.colours import heat
from demos.shared.theme import MOUNT

OPAQUE = 0.8  # of a map's strongest place


def address(where: Where, key: str) -> str:
    """What an <img> loads: relative, so that a proxy's prefix holds."""
    if where.store is None:
        return f"{MOUNT}/gallery/{key}"
    return as_data(where.store.jpeg(key), "jpeg")


def as_data(content: bytes, kind: str) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"


def caption(language: str, entry: Entry) -> str:
    """What people say of it in the visitor's language; a file's name where nobody said anything."""
    said = entry.chinese if language == "zh" else entry.english
    return said or entry.name.rsplit("/", 1)[-1]


def shown(source: str, text: str, overlay: str = "") -> Markup:
    """A square picture, the map over it."""
    cover = Markup('<img class="is-map" src="{}" alt="">').format(overlay) if overlay else ""
    return Markup(
        '<span class="is-picture"><img src="{}" alt="{}" loading="lazy">{}</span>'
    ).format(source, text, cover)


def overlay(map_: Any) -> str:
    """A map [side, side] from 0 to 1 as a picture of as many pixels, clear where it is 0."""
    cells = [[(*_rgb(value), round(255 * OPAQUE * value)) for value in row] for row in map_]
    buffer = io.BytesIO()
    Image.fromarray(np.array(cells, np.uint8), "RGBA").save(buffer, "PNG")
    return as_data(buffer.getvalue(), "png")


def _rgb(value: float) -> tuple[int, int, int]:
    colour = heat(float(value))
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
