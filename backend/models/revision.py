"""Which weights a model has, so that a recipe can tell whether they are the same ones."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from backend.models.sources import Asset, Source

WRITTEN = (".md", ".jpg")  # about the weights: they do not change them


def revision_of(source: Source) -> str:
    """A hub's revision; a hash of the files that come with the app; or where else they are from."""
    if isinstance(source, Asset):
        return _hash_of(source.fetch())
    return str(getattr(source, "revision", "") or source.origin)


@cache
def _hash_of(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.suffix not in WRITTEN:
            digest.update(file.relative_to(folder).as_posix().encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
