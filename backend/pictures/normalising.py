"""A decoded picture, whatever its mode, as upright RGB on white, reduced where it is very large.

This goes band by band: a whole 64-megapixel picture as floating-point numbers, or as RGBA beside
its background, would take half a gigabyte.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

KEPT_SIDE = 2048  # pixels: a longer side is reduced, but not below this; models read 448 at most
BAND_PIXELS = 4_000_000
ORIENTATION = 0x0112  # the EXIF tag
# All that Pillow's decoders raise on broken data, as their sources show.
BROKEN = (
    OSError, ValueError, SyntaxError, EOFError, LookupError, TypeError, OverflowError,
    RuntimeError, struct.error, zlib.error, MemoryError,
)  # fmt: skip


def normalised(picture: Image) -> Image:
    """The picture as RGB, turned as its EXIF data say, transparent parts on white.

    A side of 2 * KEPT_SIDE or more is reduced by a whole number, each pixel the mean of a block.
    """
    from PIL import Image

    factor = max(1, max(picture.size) // KEPT_SIDE)
    width, height = (-(-side // factor) for side in picture.size)
    whole, top, grey = Image.new("RGB", (width, height)), 0, _grey_range(picture)
    for band in _bands(picture, factor):
        part = on_white(_eight_bits(band, grey)).reduce(factor)
        whole.paste(part, (0, top))
        top += part.height
    return _upright(whole, picture)


def on_white(picture: Image) -> Image:
    """The picture as RGB, its transparent parts white."""
    from PIL import Image

    if picture.mode not in ("RGBA", "LA", "PA") and "transparency" not in picture.info:
        return picture.convert("RGB")
    whole = picture.convert("RGBA")
    background = Image.new("RGBA", whole.size, "white")
    return Image.alpha_composite(background, whole).convert("RGB")


def _bands(picture: Image, factor: int = 1) -> Iterator[Image]:
    """The picture from top to bottom, in bands whose heights are multiples of `factor`."""
    rows = max(1, BAND_PIXELS // picture.width // factor) * factor
    for top in range(0, picture.height, rows):
        yield picture.crop((0, top, picture.width, min(top + rows, picture.height)))


def _grey_range(picture: Image) -> float | None:
    """What becomes white in 16- or 32-bit or floating-point grey; None for 8 bits."""
    if not picture.mode.startswith(("I", "F")):
        return None
    largest = max(float(_numbers(band).max()) for band in _bands(picture))
    if largest > 255:
        return max(65535.0, largest)
    return 1.0 if picture.mode == "F" and largest <= 1 else 255.0


def _eight_bits(picture: Image, white: float | None) -> Image:
    """Grey scaled to 0..255; Pillow would clip it."""
    import numpy as np
    from PIL import Image

    if white is None:
        return picture
    values = _numbers(picture).clip(0) * np.float32(255 / white)
    return Image.fromarray(values.clip(0, 255).astype(np.uint8))


def _numbers(picture: Image):  # type: ignore[no-untyped-def]  # numpy is imported late
    """Its values in float32; what is no number is 0."""
    import numpy as np

    values = np.asarray(picture).astype(np.float32)
    return np.nan_to_num(values, copy=False, posinf=0.0, neginf=0.0)


def _upright(picture: Image, original: Image) -> Image:
    """Turned as the original's EXIF data say; unchanged if they are broken."""
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    turn = turns.get(_orientation(original))
    return picture if turn is None else picture.transpose(turn)


def _orientation(picture: Image) -> int:
    try:
        return int(picture.getexif().get(ORIENTATION, 1))
    except BROKEN:
        return 1
