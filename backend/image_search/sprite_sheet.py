"""Many pictures as one: a sheet of small squares, which a page loads at once."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

TILE = 48  # pixels
MOST = 2500


def atlas(pictures: Iterable[Image], count: int) -> tuple[bytes, int]:
    """A WebP of the pictures row by row, cropped to squares, and how many stand in a row."""
    from PIL import Image, ImageOps

    columns = max(1, math.ceil(math.sqrt(count)))
    sheet = Image.new("RGB", (columns * TILE, max(1, math.ceil(count / columns)) * TILE), "white")
    for place, picture in enumerate(pictures):
        row, column = divmod(place, columns)
        sheet.paste(ImageOps.fit(picture, (TILE, TILE)), (column * TILE, row * TILE))
    buffer = io.BytesIO()
    sheet.save(buffer, "WEBP", quality=70)
    return buffer.getvalue(), columns
