"""A shelf's pictures, decoded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from backend.image_search import gallery
from backend.image_search.collection import kept_picture
from backend.image_search.indexing import decoded_ahead
from backend.image_search.request import Where
from backend.pictures import read_picture

if TYPE_CHECKING:
    from PIL.Image import Image


def picture_of(where: Where, key: str) -> Image:
    """One picture. KeyError for one that is not there."""
    if where.store is None:
        return read_picture(gallery.file_of(key))
    return kept_picture(where.store.jpeg(key))


def decoded(where: Where, keys: list[str]) -> Iterator[Image]:
    """All of them in their order, on other threads ahead of time."""
    return decoded_ahead(lambda key: picture_of(where, key), keys)
