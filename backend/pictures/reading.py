"""One picture from bytes or a file, whatever it claims to be: upright, RGB, of a bounded size.

The header is read first; nothing is decoded that is too large or of an unexpected kind. Formats
are named one by one, so that a file cannot reach a decoder nobody thought of (PostScript, say).
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from backend.errors import InputError
from backend.pictures.budget import DECODING
from backend.pictures.normalising import BROKEN, KEPT_SIDE, normalised

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PIXELS = 64_000_000  # 192 MB as RGB; more than a phone's 50 megapixels
MAX_BYTES = 50_000_000
MAX_RATIO = 50  # of the longer side to the shorter: a model would blow a line up to gigabytes
MANY_SIDE = 512  # 0.8 MB each; the encoders that compare pictures read 224 to 256
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "PPM", "ICO", "AVIF")
HEVC_BRANDS = {b"heic", b"heix", b"hevc", b"heim", b"heis"}
ANY_HEIF_BRANDS = {b"mif1", b"msf1"}  # whatever the pictures in it are coded by
MAX_BRANDS_BYTES = 1024  # of a file's first box, which lists them
AVIF_BRANDS = {b"avif", b"avis"}


def read_picture(source: bytes | str | Path, name: str = "") -> Image:
    """The picture as RGB, turned as its EXIF data say, transparent parts on white, very large ones
    reduced. Waits while other pictures take up the memory there is for decoding.

    Of an animation the first frame. `name` is what errors call it; a path's own name by default.
    Raises InputError: no picture, too large, too thin, broken, or HEIC that cannot be read here.
    """
    name = name or ("picture" if isinstance(source, bytes) else Path(source).name)
    data = source if isinstance(source, bytes) else _bytes_of(Path(source), name)
    formats = _formats_of(data, name)
    with _loaded(data, name, formats) as picture:
        return normalised(_without_unused_alpha(picture))


def read_small_picture(source: bytes | str | Path, name: str = "") -> Image:
    """The same for one of many that are kept at a time: at most MANY_SIDE pixels on a side."""
    return shrink(read_picture(source, name), MANY_SIDE)


def read_png_texts(path: Path, name: str = "") -> dict[str, str]:
    """The text chunks of a PNG by their keys, those behind the pixels too.

    Raises InputError as `read_picture` does, also for what is no PNG.
    """
    name = name or path.name
    with _loaded(_bytes_of(path, name), name, ("PNG",)) as picture:
        return {key: str(text) for key, text in getattr(picture, "text", {}).items()}


@contextmanager
def _loaded(data: bytes, name: str, formats: tuple[str, ...]) -> Iterator[Image]:
    """The picture decoded, once its header is known to be in order."""
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # our own limit is lower than Pillow's
            picture = Image.open(io.BytesIO(data), formats=formats)
        _check_size(picture, name)
        picture.draft("RGB", (KEPT_SIDE, KEPT_SIDE))  # JPEG: decoded at a fraction
        with DECODING.holding(_bytes_of_pixels(picture)):
            picture.load()
            yield picture
    except UnidentifiedImageError:
        raise InputError("not_a_picture", name=name) from None
    except Image.DecompressionBombError:
        raise _too_large(name) from None
    except BROKEN as error:
        raise InputError("picture_broken", name=name, cause=type(error).__name__) from None


def shrink(picture: Image, side: int) -> Image:
    """The picture with its longer side at most `side` pixels; never enlarged."""
    from PIL import Image

    small = picture.copy()
    small.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return small


def as_square(picture: Image, side: int) -> Image:
    """The whole picture in the middle of a white square of `side` pixels."""
    from PIL import Image

    small = shrink(picture, side)
    background = Image.new("RGB", (side, side), "white")
    background.paste(small, ((side - small.width) // 2, (side - small.height) // 2))
    return background


def _bytes_of(path: Path, name: str) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError("picture_heavy", name=name, limit=MAX_BYTES // 1_000_000)
        return path.read_bytes()
    except OSError as error:
        raise InputError("picture_broken", name=name, cause=type(error).__name__) from None


def _bytes_of_pixels(picture: Image) -> int:
    """What the decoded picture takes: at most four bytes a pixel, in every mode."""
    width, height = picture.size
    return 4 * width * height


def _check_size(picture: Image, name: str) -> None:
    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise _too_large(name)
    if max(width, height) > MAX_RATIO * min(width, height):
        raise InputError("picture_thin", name=name, width=width, height=height, limit=MAX_RATIO)


def _too_large(name: str) -> InputError:
    return InputError("picture_large", name=name, limit=MAX_PIXELS // 1_000_000)


def _without_unused_alpha(picture: Image) -> Image:
    """A BMP whose alpha is 0 throughout has none: its writer left the byte unused."""
    if picture.format != "BMP" or picture.mode != "RGBA":
        return picture
    return picture if picture.getchannel("A").getbbox() else picture.convert("RGB")


def _formats_of(data: bytes, name: str) -> tuple[str, ...]:
    """The decoders that may look at it. InputError for HEIC where none is installed."""
    from PIL import Image

    if _is_heif(data):
        if not _can_read_heif():
            raise InputError("no_heic", name=name)
        return ("HEIF",)
    Image.init()
    return tuple(kind for kind in FORMATS if kind in Image.OPEN)


def _is_heif(data: bytes) -> bool:
    """Whether it is HEIF for pillow-heif; a file of any HEIF brand may also hold AVIF pictures."""
    if data[4:8] != b"ftyp":
        return False
    size, major = int.from_bytes(data[:4], "big"), data[8:12]
    brands = {data[at : at + 4] for at in range(16, min(size, MAX_BRANDS_BYTES), 4)}
    if major in ANY_HEIF_BRANDS:
        return bool(brands & HEVC_BRANDS) or not brands & AVIF_BRANDS
    return major in HEVC_BRANDS


@cache
def _can_read_heif() -> bool:
    """Whether pillow-heif is installed; then Pillow knows the format from here on."""
    try:
        import pillow_heif
    except ImportError:
        return False
    pillow_heif.register_heif_opener()
    return True
