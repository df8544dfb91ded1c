"""The gallery: its pictures and captions, and their vectors, made at first use and kept.

The vectors lie in the user's cache folder under the model's identity and a hash of the pictures:
another model, other weights or another gallery is another file, and a half-written one is none.
"""

from __future__ import annotations

import csv
import hashlib
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from backend.cache_folder import cache_root
from backend.errors import ModelError
from backend.image_search.indexing import batches, decoded_ahead, encode
from backend.image_search.vector_index import Entry
from backend.models.registry import ModelSpec
from backend.models.sources import ASSETS, Asset
from backend.pictures import read_picture

FOLDER = ASSETS / "gallery"
FORMAT = 1  # raise it when what is kept changes


@cache
def entries(folder: Path = FOLDER) -> tuple[Entry, ...]:
    """The gallery's pictures, in the order of its table. Raises ModelError where it is missing."""
    table = folder / "captions.csv"
    if not table.is_file():
        raise ModelError("asset_missing", folder="assets/gallery")
    with table.open(encoding="utf-8", newline="") as file:
        return tuple(
            Entry(row["picture"], row["picture"], row["english"], row["chinese"])
            for row in csv.DictReader(file)
        )


def file_of(key: str, folder: Path = FOLDER) -> Path:
    """Where a picture of the gallery lies. KeyError for a name that is not in its table."""
    if key not in {entry.key for entry in entries(folder)}:
        raise KeyError(key)
    return folder / "pictures" / key


@cache
def identity(spec: ModelSpec) -> str:
    """Names the weights: a hub's revision, or a hash of the files that come with the app."""
    digest = hashlib.sha256(repr((FORMAT, spec.id, spec.source)).encode())
    if isinstance(spec.source, Asset):
        for file in sorted(spec.source.fetch().iterdir()):
            digest.update(file.read_bytes())
    return f"{spec.id}-{digest.hexdigest()[:16]}"


@cache
def content(folder: Path = FOLDER) -> str:
    """A hash of the gallery's pictures."""
    digest = hashlib.sha256()
    for entry in entries(folder):
        digest.update((folder / "pictures" / entry.key).read_bytes())
    return digest.hexdigest()[:16]


def encode_files(encoder: Any, files: list[Path]) -> Iterator[np.ndarray]:
    """Vectors of the pictures, batch by batch."""
    ready = decoded_ahead(lambda file: encoder.pixels_of(read_picture(file)), files)
    for batch in batches(ready):
        yield encode(encoder, batch)


def kept_file(spec: ModelSpec, what: str) -> Path:
    """Where vectors of `what` (pictures or labels, named by content) by this model are kept."""
    return cache_root() / "search" / f"{identity(spec)}-{what}.npy"


def read_kept(file: Path) -> np.ndarray | None:
    """The vectors, or None where there are none or the file is broken."""
    try:
        return np.load(file, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None


def keep(file: Path, vectors: np.ndarray) -> None:
    """Write beside the target, then rename. A full disk costs the next start, not this answer."""
    partial = file.with_name(f"{file.name}.{os.getpid()}.partial")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as out:
            np.save(out, vectors, allow_pickle=False)
        partial.replace(file)
    except OSError:
        partial.unlink(missing_ok=True)
