"""The files that visitors upload, whole and broken, by the names in `values.UPLOADS`."""

from __future__ import annotations

import io
from functools import cache

from PIL import Image

from backend import gallery
from tests.backend.captioning.videos import video
from tests.backend.pictures.files import huge_png
from tests.fuzz import originals


@cache
def contents() -> dict[str, bytes]:
    """Each file's bytes."""
    good = originals.pictures_by_suffix(".png")
    clip = video(["red", "blue"], seconds=0.5)
    album = originals.zip_of(("cat.png", "a/dog.png"))
    return {
        "good.png": gallery.file_of("food-fruit-banana.webp").read_bytes(),
        "cut.png": good[: len(good) // 2],
        "lies.png": huge_png(),
        "text.png": b"hello",
        "empty.png": b"",
        "wide.png": _wide(),
        "recipe.png": originals.recipes()[0],
        "recipe.json": originals.recipes()[2],
        "table.csv": b"text,label\nA lovely day,positive\nA sad day,negative\n",
        "binary.csv": bytes(range(256)) * 4,
        "bare.csv": b"text",
        "album.zip": album,
        "broken.zip": album[:-30],
        "odd names.zip": originals.zip_of(originals.ENTRY_NAMES),
        "clip.mp4": clip,
        "cut.mp4": clip[: len(clip) // 3],
    }


def _wide() -> bytes:
    file = io.BytesIO()
    Image.new("1", (20_000, 3)).save(file, "PNG")
    return file.getvalue()
