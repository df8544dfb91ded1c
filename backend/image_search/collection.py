"""Filling a visitor's collection: read, shrink, encode, keep; and encoding it for another model."""

from __future__ import annotations

import hashlib
import io
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from backend.errors import InputError
from backend.image_search.indexing import BATCH, batches, decoded_ahead, encode
from backend.image_search.store import MOST_COLLECTIONS, MOST_PICTURES, SIDE, Kept, Store
from backend.image_search.vector_index import Entry
from backend.messages import message
from backend.pictures import Found, Skipped, count_files, find_pictures, read_picture, shrink

if TYPE_CHECKING:
    from PIL.Image import Image

QUALITY = 90  # of a kept JPEG
ALIKE = 0.97  # cosine from which two pictures are called near duplicates


@dataclass(frozen=True)
class Growing:
    """How far an indexing is."""

    done: int
    total: int
    encoded: int
    seconds: float  # since encoding began


@dataclass(frozen=True)
class Report:
    """A finished indexing."""

    collection: str
    encoded: int  # new pictures
    unchanged: int  # known already, not encoded again
    skipped: tuple[Skipped, ...]
    seconds: float

    @property
    def rate(self) -> float:
        """Pictures a second."""
        return self.encoded / max(self.seconds, 1e-9)


@dataclass(frozen=True)
class Ready:
    """A picture decoded ahead: under which name, what is kept of it, what the model reads.

    `kept` is None for a picture that the model has encoded before.
    """

    name: str
    hash: str
    kept: Kept | None = None
    pixels: Any = None


def index(
    store: Store, name: str, paths: list[tuple[str, Path]], encoder: Any, model: str,
    check: Callable[[], None] = lambda: None,
) -> Iterator[Growing | Report]:  # fmt: skip
    """Add pictures of files and ZIPs to the collection: how far it is, then the report.

    `check` is asked between batches and may raise. Nothing joins the collection before the end.
    """
    _check_room(store, name)
    began, total, known = time.perf_counter(), count_files(paths), store.encoded(model)
    room = MOST_PICTURES - store.collections().get(name, 0)
    members: list[tuple[str, str]] = []
    skipped: list[Skipped] = []
    encoded = 0

    def prepare(found: Found | Skipped) -> Ready | Skipped:
        return found if isinstance(found, Skipped) else _prepare(found, encoder, known)

    with_pixels = decoded_ahead(prepare, find_pictures(paths))
    for batch in batches(with_pixels, BATCH):
        check()
        ready = [one for one in batch if isinstance(one, Ready)]
        new = [one for one in ready if one.kept is not None]
        if new:
            store.add([one.kept for one in new if one.kept],
                      encode(encoder, [one.pixels for one in new]), model)  # fmt: skip
        encoded += len(new)
        skipped += [one for one in batch if isinstance(one, Skipped)]
        skipped += [_no_room(one.name) for one in ready[max(0, room - len(members)) :]]
        members += [(one.name, one.hash) for one in ready[: max(0, room - len(members))]]
        yield Growing(len(members) + len(skipped), total, encoded, time.perf_counter() - began)
    if not members:
        raise InputError("nothing_indexed", reason=skipped[0].reason if skipped else "")
    store.put(name, members)
    seconds = time.perf_counter() - began
    yield Report(name, encoded, len(members) - encoded, tuple(skipped), seconds)


def encode_again(
    store: Store, entries: tuple[Entry, ...], encoder: Any, model: str,
    check: Callable[[], None] = lambda: None,
) -> Iterator[Growing]:  # fmt: skip
    """Encode those of a collection's pictures that this model has not seen yet."""
    known, began = store.encoded(model), time.perf_counter()
    missing = list(dict.fromkeys(one.key for one in entries if one.key not in known))

    def prepare(key: str) -> tuple[str, Any]:
        return key, encoder.pixels_of(kept_picture(store.jpeg(key)))

    done = 0
    for batch in batches(decoded_ahead(prepare, missing)):
        check()
        vectors = encode(encoder, [pixels for _, pixels in batch])
        store.add_vectors([key for key, _ in batch], vectors, model)
        done += len(batch)
        yield Growing(done, len(missing), done, time.perf_counter() - began)


def kept_picture(jpeg: bytes) -> Image:
    """A kept picture, decoded."""
    from PIL import Image

    return Image.open(io.BytesIO(jpeg)).convert("RGB")


def duplicates(entries: tuple[Entry, ...], vectors: np.ndarray) -> list[tuple[str, ...]]:
    """Names of pictures that are the same file, or look the same to the model, as groups."""
    root = list(range(len(entries)))

    def top(place: int) -> int:
        while root[place] != place:
            root[place] = root[root[place]]
            place = root[place]
        return place

    for start in range(0, len(entries), 1000):
        alike = vectors[start : start + 1000] @ vectors.T >= ALIKE
        for row, column in zip(*np.nonzero(alike), strict=True):
            root[top(start + int(row))] = top(int(column))
    groups: dict[int, list[str]] = defaultdict(list)
    for place, entry in enumerate(entries):
        groups[top(place)].append(entry.name)
    return [tuple(names) for names in groups.values() if len(names) > 1]


def _prepare(found: Found, encoder: Any, known: set[str]) -> Ready | Skipped:
    """On a thread of its own: the picture as it will be kept, and as the model reads that."""
    key = hashlib.sha256(found.data).hexdigest()
    if key in known:
        return Ready(found.name, key)
    try:
        whole = read_picture(found.data, found.name)
    except InputError as error:
        return Skipped(found.name, error.message)
    buffer = io.BytesIO()
    shrink(whole, SIDE).save(buffer, "JPEG", quality=QUALITY)
    kept = Kept(key, whole.width, whole.height, buffer.getvalue())
    return Ready(found.name, key, kept, encoder.pixels_of(kept_picture(kept.jpeg)))


def _check_room(store: Store, name: str) -> None:
    known = store.collections()
    if name not in known and len(known) >= MOST_COLLECTIONS:
        raise InputError("too_many_collections", limit=MOST_COLLECTIONS)


def _no_room(name: str) -> Skipped:
    return Skipped(name, message("collection_full", limit=MOST_PICTURES))
