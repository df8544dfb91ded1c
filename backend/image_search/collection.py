"""Filling a visitor's collection: read, shrink, encode, store; or encode it for another model."""

from __future__ import annotations

import hashlib
import io
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from backend.csv_tables import write_table
from backend.errors import InputError
from backend.image_search.member_names import MemberNames
from backend.image_search.prefetch import batches, prefetched
from backend.image_search.store import (
    MAX_COLLECTIONS,
    MAX_PICTURES,
    STORED_SIDE,
    Store,
    StoredPicture,
    decode_stored,
)
from backend.image_search.vector_index import Entry
from backend.messages import message
from backend.pictures import Found, Skipped, count_files, find_pictures, read_picture, shrink

if TYPE_CHECKING:
    from torch import Tensor

    from backend.models.search_encoder.model import SearchEncoder

JPEG_QUALITY = 90  # of a stored picture
DUPLICATE_COSINE = 0.97  # from here on two pictures are near duplicates
BLOCK = 256  # rows of the cosines of all pairs that are in memory at a time
CSV_COLUMNS = ("name", "width", "height", "sha256", "same_file_as")


@dataclass(frozen=True)
class IndexingProgress:
    """How far an indexing is."""

    done: int
    total: int
    encoded: int
    seconds: float  # since encoding began


@dataclass(frozen=True)
class IndexingReport:
    """A finished indexing."""

    collection: str
    encoded: int  # new pictures
    unchanged: int  # known already, not encoded again
    skipped: tuple[Skipped, ...]
    seconds: float
    replaced: tuple[str, ...] = ()  # names that another picture had before

    @property
    def rate(self) -> float:
        """Pictures a second."""
        return self.encoded / max(self.seconds, 1e-9)


@dataclass(frozen=True)
class Prepared:
    """A picture decoded ahead. `stored` and `pixels`, which the model reads, are None for one that
    the model has encoded before."""

    name: str
    hash: str
    stored: StoredPicture | None = None
    pixels: Tensor | None = None


def index_files(
    store: Store, name: str, paths: list[tuple[str, Path]], encoder: SearchEncoder, model: str,
    check: Callable[[], None] = lambda: None,
) -> Iterator[IndexingProgress | IndexingReport]:  # fmt: skip
    """Add the pictures in files and ZIPs to the collection: progress, then the report.

    `check` is called between batches and may raise. The collection changes only at the end.
    Raises InputError for too many collections, or if there is no picture at all.
    """
    _check_room(store, name)
    with store.indexing():
        yield from _index(store, name, paths, encoder, model, check)


def _index(
    store: Store, name: str, paths: list[tuple[str, Path]], encoder: SearchEncoder, model: str,
    check: Callable[[], None],
) -> Iterator[IndexingProgress | IndexingReport]:  # fmt: skip
    began, total, known = time.perf_counter(), count_files(paths), store.encoded(model)
    names = MemberNames(_names(store, name), MAX_PICTURES)
    skipped: list[Skipped] = []
    encoded = added = unchanged = 0

    def prepare(found: Found | Skipped) -> Prepared | Skipped:
        return found if isinstance(found, Skipped) else _prepare(found, encoder, known)

    for batch in batches(prefetched(prepare, find_pictures(paths))):
        check()
        ready = [one for one in batch if isinstance(one, Prepared)]
        encoded += _encode_new(store, ready, encoder, model)
        skipped += [one for one in batch if isinstance(one, Skipped)]
        for one in ready:
            if names.give(one.name, one.hash):
                added, unchanged = added + 1, unchanged + (one.stored is None)
            else:
                skipped.append(_no_room(one.name))
        yield IndexingProgress(added + len(skipped), total, encoded, time.perf_counter() - began)
    if not added:
        raise InputError("nothing_indexed", reason=skipped[0].reason if skipped else "")
    store.put(name, list(names.given.items()))
    seconds = time.perf_counter() - began
    yield IndexingReport(name, encoded, unchanged, tuple(skipped), seconds, names.replaced)


def encode_missing(
    store: Store, entries: tuple[Entry, ...], encoder: SearchEncoder, model: str,
    check: Callable[[], None] = lambda: None,
) -> Iterator[IndexingProgress]:  # fmt: skip
    """Encode those of a collection's pictures that this model has not encoded yet."""
    with store.indexing():
        yield from _encode_missing(store, entries, encoder, model, check)


def _encode_missing(
    store: Store, entries: tuple[Entry, ...], encoder: SearchEncoder, model: str,
    check: Callable[[], None],
) -> Iterator[IndexingProgress]:  # fmt: skip
    known, began = store.encoded(model), time.perf_counter()
    missing = list(dict.fromkeys(one.key for one in entries if one.key not in known))

    def prepare(key: str) -> tuple[str, Tensor]:
        return key, encoder.pixels_of(decode_stored(store.jpeg(key)))

    done = 0
    for batch in batches(prefetched(prepare, missing)):
        check()
        vectors = encoder.encode_pixels([pixels for _, pixels in batch]).numpy()
        store.add_vectors([key for key, _ in batch], vectors, model)
        done += len(batch)
        yield IndexingProgress(done, len(missing), done, time.perf_counter() - began)


def duplicates(
    entries: tuple[Entry, ...], vectors: np.ndarray, check: Callable[[], None] = lambda: None
) -> list[tuple[str, ...]]:
    """Names of pictures that are the same file, or look the same to the model, as groups.

    `vectors` are the entries', [N, D] of length one. Groups are the connected components of the
    graph whose edges are pairs with a cosine of at least DUPLICATE_COSINE. Equal files count once,
    and of a picture's edges one for each group: many pictures that are all alike cost no more than
    others. `check` is called now and then and may raise.
    """
    place: dict[str, int] = {}  # of each file among the different ones
    places = [place.setdefault(entry.key, len(place)) for entry in entries]
    firsts = np.unique(places, return_index=True)[1].astype(int)
    groups = _near_groups(vectors[firsts], check)
    named: dict[int, list[str]] = {}
    for number, entry in zip(places, entries, strict=True):
        named.setdefault(int(groups[number]), []).append(entry.name)
    return [tuple(names) for names in named.values() if len(names) > 1]


def _near_groups(vectors: np.ndarray, check: Callable[[], None]) -> np.ndarray:
    """The number of the first picture in each one's group, [N]."""
    groups = np.arange(len(vectors))
    for start in range(0, len(vectors), BLOCK):
        check()
        near = vectors[start : start + BLOCK] @ vectors[: start + BLOCK].T >= DUPLICATE_COSINE
        for row, is_near in enumerate(near, start):
            counts = np.bincount(groups[: row + 1][is_near[: row + 1]])
            linked = np.flatnonzero(counts)
            for other in linked[1:]:
                groups[groups == other] = linked[0]
    return groups


def as_csv(store: Store, name: str) -> bytes:
    """The collection as a table, one row a picture; `same_file_as` names the first picture with
    the same content."""
    sizes = store.sizes()
    first: dict[str, str] = {}
    rows = []
    for entry in store.members(name):
        width, height = sizes[entry.key]
        same = first.setdefault(entry.key, entry.name)
        again = "" if same == entry.name else same
        rows.append([entry.name, str(width), str(height), entry.key, again])
    return write_table(CSV_COLUMNS, rows)


def _prepare(found: Found, encoder: SearchEncoder, known: set[str]) -> Prepared | Skipped:
    """The picture as it will be stored, and as the model reads that; on a thread of its own."""
    key = hashlib.sha256(found.data).hexdigest()
    if key in known:
        return Prepared(found.name, key)
    try:
        whole = read_picture(found.data, found.name)
    except InputError as error:
        return Skipped(found.name, error.message)
    buffer = io.BytesIO()
    shrink(whole, STORED_SIDE).save(buffer, "JPEG", quality=JPEG_QUALITY)
    stored = StoredPicture(key, whole.width, whole.height, buffer.getvalue())
    return Prepared(found.name, key, stored, encoder.pixels_of(decode_stored(stored.jpeg)))


def _encode_new(store: Store, ready: list[Prepared], encoder: SearchEncoder, model: str) -> int:
    """Encode and store the pictures that the model has not encoded before; how many they are."""
    stored = [one.stored for one in ready if one.stored is not None]
    if stored:
        pixels = [one.pixels for one in ready if one.pixels is not None]
        store.add(stored, encoder.encode_pixels(pixels).numpy(), model)
    return len(stored)


def _check_room(store: Store, name: str) -> None:
    known = store.collections()
    if name not in known and len(known) >= MAX_COLLECTIONS:
        raise InputError("too_many_collections", limit=MAX_COLLECTIONS)


def _names(store: Store, name: str) -> dict[str, str]:
    """The names in a collection, with their pictures' hashes; none if it is new."""
    members = store.members(name) if name in store.collections() else ()
    return {entry.name: entry.key for entry in members}


def _no_room(name: str) -> Skipped:
    return Skipped(name, message("collection_full", limit=MAX_PICTURES))
