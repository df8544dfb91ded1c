"""Whole files of every kind, made on the spot: what the mutated ones are made of."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from functools import cache
from pathlib import PurePosixPath

import numpy as np
from PIL import Image

from backend.classification.head import TEXT, WIDTHS, Head
from backend.text_to_image.recipe import Recipe, as_png
from tests.backend.captioning.videos import sound, video

MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "I", "F")
RECIPE = Recipe(
    model="pictogram-painter", model_name="Painter", revision="1", prompt="a red cat", negative="",
    style="", seed=7, steps=4, guidance=1.0, size=256, scheduler="Euler",
)  # fmt: skip
ENTRY_NAMES = (
    "cat.png", "a/b/cat.png", ".\\", "./", "", "/", "..", "../cat.png", "/etc/cat.png",
    "C:\\cat.png", "a\\..\\b.png", "cat", ":", "a:b", "\x00", "猫.png", "x" * 300,
    "__MACOSX/._cat.png", "in.zip", "con", " ", "cat.png/", "//", ".",
)  # fmt: skip
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)


@cache
def pictures() -> tuple[bytes, ...]:
    """A small picture in each format that Pillow writes, in each mode that the format takes."""
    Image.init()
    files = (_saved(kind, mode) for kind in sorted(Image.SAVE) for mode in MODES)
    return (*(file for file in files if file), *_animations(), *_with_exif())


@cache
def recipes() -> tuple[bytes, ...]:
    """PNGs with a recipe in a text chunk, and the JSON beside them."""
    png = as_png(Image.new("RGB", (24, 16), "teal"), RECIPE)
    small = as_png(Image.new("P", (3, 3)), RECIPE)
    text = json.dumps(RECIPE.as_json(), ensure_ascii=False)
    return png, small, text.encode(), json.dumps(RECIPE.as_json(), indent=1).encode()


@cache
def archives() -> tuple[bytes, ...]:
    """ZIPs in each packing, with good names and with every odd one."""
    names = ENTRY_NAMES[:2], ENTRY_NAMES
    return tuple(zip_of(some, packing) for packing in PACKINGS for some in names)


@cache
def tables() -> tuple[bytes, ...]:
    """CSVs with every separator and in many encodings."""
    rows = [
        ["text", "label"],
        ["good, really", "+"],
        ['a "quote"\nline', "–"],
        ["天气很好", "好"],
        ["Ærø Ünï", "é"],
    ]
    texts = [_csv(rows, separator) for separator in ",;\t|"]
    texts += ["text\none\ntwo\n", "sep=;\na;b\n1;2\n", '"open\na,b\n', "a,b\r1,2\r3,4\r"]
    encodings = ("utf-8", "utf-8-sig", "utf-16", "gb18030", "cp1252", "big5hkscs")
    return tuple(text.encode(name, "replace") for text in texts for name in encodings)


@cache
def heads() -> tuple[bytes, ...]:
    """A taught classifier's file, as it is saved."""
    head = Head(
        ("good", "bad"), np.eye(2, WIDTHS[TEXT]), np.zeros(2), "multilingual-e5-small", TEXT
    )
    return (head.as_json().encode(),)


@cache
def clips() -> tuple[bytes, ...]:
    """Short videos in several containers and codecs, and a sound with a cover."""
    made = (("mp4", "mpeg4"), ("matroska", "mpeg4"), ("avi", "mpeg4"), ("mpegts", "mpeg2video"))
    films = [video(["red", "blue"], seconds=0.4, rate=10, kind=k, codec=c) for k, c in made]
    return (*films, sound(cover=True), *_animations()[:1])


def zip_of(names: tuple[str, ...], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP with a small picture under each of the names."""
    file, content = io.BytesIO(), pictures_by_suffix(".png")
    with zipfile.ZipFile(file, "w", packing) as archive:
        for name in names:
            entry = zipfile.ZipInfo("x")
            entry.filename = name  # ZipInfo itself would mend it
            entry.compress_type = packing
            archive.writestr(entry, content)
    return file.getvalue()


def pictures_by_suffix(suffix: str) -> bytes:
    """The small picture in the format of a file's ending."""
    file = io.BytesIO()
    _drawn("RGB").save(file, Image.registered_extensions()[PurePosixPath("x" + suffix).suffix])
    return file.getvalue()


def _saved(kind: str, mode: str) -> bytes:
    file = io.BytesIO()
    try:
        _drawn(mode).save(file, kind)
    except (OSError, ValueError, KeyError, AttributeError, NotImplementedError):
        return b""  # the format has no such mode, or needs a program that is not here
    return file.getvalue()


def _drawn(mode: str) -> Image.Image:
    ramp = Image.linear_gradient("L").resize((24, 16))
    return ramp.convert("RGB").convert(mode) if mode != "I;16" else ramp.convert("I").convert(mode)


def _animations() -> list[bytes]:
    files = []
    for kind in ("GIF", "WEBP", "PNG", "TIFF", "AVIF"):
        file = io.BytesIO()
        more = [Image.new("RGB", (24, 16), colour) for colour in ("red", "blue")]
        _drawn("RGB").save(file, kind, save_all=True, append_images=more)
        files.append(file.getvalue())
    return files


def _with_exif() -> list[bytes]:
    exif, files = Image.Exif(), []
    exif[0x0112] = 6
    for kind in ("JPEG", "WEBP", "PNG", "TIFF"):
        file = io.BytesIO()
        _drawn("RGB").save(file, kind, exif=exif)
        files.append(file.getvalue())
    return files


def _csv(rows: list[list[str]], separator: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(rows * 3)
    return out.getvalue()
