"""Where a search looks: in the gallery, or in one of a visitor's collections."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from backend import gallery
from backend.image_search.prefetch import prefetched
from backend.image_search.store import Store, check_name, decode_stored
from backend.pictures import read_picture

if TYPE_CHECKING:
    from PIL.Image import Image

GALLERY = ""  # the name under which the gallery is searched


@dataclass(frozen=True)
class Scope:
    """The gallery by default; with a store, the collection of this name in it."""

    name: str = GALLERY
    store: Store | None = None

    @property
    def version(self) -> int:
        """Grows with every change to the collection; the gallery stays as it is."""
        return self.store.version(self.name) if self.store else 0

    def picture(self, key: str) -> Image:
        """One picture. Raises KeyError for one that is not there."""
        if self.store is None:
            return read_picture(gallery.file_of(key))
        return decode_stored(self.store.jpeg(key))

    def pictures(self, keys: Iterable[str]) -> Iterator[Image]:
        """The pictures of these keys in order, decoded ahead on other threads."""
        return prefetched(self.picture, keys)


def scope_of(collection: object, key: object) -> Scope:
    """The gallery for "" or None, else the collection of this name that the visitor's key opens.

    Raises InputError for a bad name or key, or a collection that is not there.
    """
    if collection in (None, GALLERY):
        return Scope()
    scope = Scope(check_name(collection), Store(key))
    _ = scope.version  # raises where there is no such collection
    return scope
