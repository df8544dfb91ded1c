"""The gallery: pictures that come with the app, each with a sentence in English and in Chinese.

Image search looks through it; other tabs take examples from it.
"""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from backend.errors import ModelError
from backend.models.sources import ASSETS

FOLDER = ASSETS / "gallery"


@dataclass(frozen=True)
class GalleryPicture:
    """One picture: its file's name, by which the app knows it, and what it shows."""

    key: str
    english: str
    chinese: str


@cache
def entries(folder: Path = FOLDER) -> tuple[GalleryPicture, ...]:
    """The pictures in the order of the gallery's table. Raises ModelError where it is missing."""
    table = folder / "captions.csv"
    if not table.is_file():
        raise ModelError("asset_missing", folder="assets/gallery")
    with table.open(encoding="utf-8", newline="") as file:
        return tuple(
            GalleryPicture(row["picture"], row["english"], row["chinese"])
            for row in csv.DictReader(file)
        )


def file_of(key: str, folder: Path = FOLDER) -> Path:
    """Where a picture lies. Raises KeyError for a name that is not in the table."""
    if key not in {entry.key for entry in entries(folder)}:
        raise KeyError(key)
    return folder / "pictures" / key


def name_of(file: Path, folder: Path = FOLDER) -> str:
    """The picture's name if the file is one of the gallery's; "" for any other."""
    return file.name if file.parent == folder / "pictures" else ""


@cache
def content_hash(folder: Path = FOLDER) -> str:
    """16 hex digits that change when any picture does."""
    digest = hashlib.sha256()
    for entry in entries(folder):
        digest.update((folder / "pictures" / entry.key).read_bytes())
    return digest.hexdigest()[:16]
