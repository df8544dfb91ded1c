"""A sprite sheet: many pictures as small squares of one picture, which a page loads at once."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

TILE_SIDE = 48  # pixels
MAX_TILES = 2500
WEBP_QUALITY = 70


@dataclass(frozen=True)
class SpriteSheet:
    """The sheet as a WebP file, and how to find a picture on it: they stand row by row."""

    webp: bytes
    columns: int
    tile_side: int = TILE_SIDE


def sprite_sheet(pictures: Iterable[Image], count: int) -> SpriteSheet:
    """The sheet of `count` pictures, each cropped to a square."""
    from PIL import Image, ImageOps

    columns = max(1, math.ceil(math.sqrt(count)))
    rows = max(1, math.ceil(count / columns))
    sheet = Image.new("RGB", (columns * TILE_SIDE, rows * TILE_SIDE), "white")
    for place, picture in enumerate(pictures):
        row, column = divmod(place, columns)
        tile = ImageOps.fit(picture, (TILE_SIDE, TILE_SIDE))
        sheet.paste(tile, (column * TILE_SIDE, row * TILE_SIDE))
    buffer = io.BytesIO()
    sheet.save(buffer, "WEBP", quality=WEBP_QUALITY)
    return SpriteSheet(buffer.getvalue(), columns)
