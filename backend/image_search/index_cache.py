"""Vector indexes in memory: the gallery's and the collections', each made when first searched."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from backend import gallery
from backend.image_search import collection, gallery_vectors, vector_cache
from backend.image_search.match_threshold import NULL_TEXTS
from backend.image_search.prefetch import batches, prefetched
from backend.image_search.scope import Scope
from backend.image_search.store import Store
from backend.image_search.vector_index import Entry, VectorIndex
from backend.messages import Message, message
from backend.pictures import read_picture
from backend.run import Progress, Run

if TYPE_CHECKING:
    from torch import Tensor

    from backend.models.search_encoder.model import SearchEncoder

MAX_INDEXES = 6  # held in memory; one of 10,000 pictures takes 15 MB
Key = tuple[Path | None, str, int, str]  # store, collection, its version, model


class IndexCache:
    """The least recently used index goes first. A collection that changed is read again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._indexes: OrderedDict[Key, VectorIndex] = OrderedDict()
        self._visitors: dict[Key, set[str]] = {}  # who searched a collection's index

    def get(
        self, encoder: SearchEncoder, scope: Scope, run: Run, visitor: str
    ) -> Generator[Progress, None, VectorIndex]:
        """The index of the scope with this model's vectors; progress while they are made."""
        path = scope.store.path if scope.store else None
        model = vector_cache.identity_of(run.spec)
        key = (path, scope.name, scope.version, model)
        with self._lock:
            index = self._indexes.get(key)
        if index is None:
            index = yield from _make(encoder, scope, run, model)
        with self._lock:
            self._keep(key, index, visitor)
        return index

    def forget(self, visitor: str) -> None:
        """Let go of the collections that only this visitor had searched."""
        with self._lock:
            for key, visitors in list(self._visitors.items()):
                visitors.discard(visitor)
                if not visitors:
                    del self._visitors[key], self._indexes[key]

    def _keep(self, key: Key, index: VectorIndex, visitor: str) -> None:
        self._indexes[key] = index
        self._indexes.move_to_end(key)
        if key[0] is not None:
            self._visitors.setdefault(key, set()).add(visitor)
        while len(self._indexes) > MAX_INDEXES:
            oldest, _ = self._indexes.popitem(last=False)
            self._visitors.pop(oldest, None)


def _make(
    encoder: SearchEncoder, scope: Scope, run: Run, model: str
) -> Generator[Progress, None, VectorIndex]:
    if scope.store is None:
        entries, vectors = yield from _gallery(encoder, run)
    else:
        entries, vectors = yield from _collection(encoder, scope.store, scope.name, run, model)
    yardstick = None
    if scope.store is not None:
        yardstick = gallery_vectors.read(gallery_vectors.file_for(run.spec), run.spec)
    return VectorIndex(entries, vectors, model, null_cosine(encoder, vectors), yardstick)


def _gallery(
    encoder: SearchEncoder, run: Run
) -> Generator[Progress, None, tuple[tuple[Entry, ...], np.ndarray]]:
    pictures = gallery.entries()
    shape = (len(pictures), encoder.width)
    vectors = gallery_vectors.read(gallery_vectors.file_for(run.spec), run.spec)
    if vectors is None or vectors.shape != shape:
        vectors = yield from _kept_or_encoded(encoder, run, shape)
    return tuple(Entry(one.key, one.key, one.english, one.chinese) for one in pictures), vectors


def _kept_or_encoded(
    encoder: SearchEncoder, run: Run, shape: tuple[int, int]
) -> Generator[Progress, None, np.ndarray]:
    """From an earlier start on this machine, or made now and kept for the next one."""
    file = vector_cache.cached_file(run.spec, f"gallery-{gallery.content_hash()}")
    vectors = vector_cache.read_vectors(file)
    if vectors is None or vectors.shape != shape:
        vectors = yield from _encode_gallery(encoder, run)
        vector_cache.write_vectors(file, vectors)
    return vectors


def _encode_gallery(encoder: SearchEncoder, run: Run) -> Generator[Progress, None, np.ndarray]:
    def pixels_of(key: str) -> Tensor:
        return encoder.pixels_of(read_picture(gallery.file_of(key)))

    keys = [entry.key for entry in gallery.entries()]
    began, vectors = time.perf_counter(), []
    yield run.progress(encoding(0, len(keys), 1))
    for batch in batches(prefetched(pixels_of, keys)):
        run.job.check()
        vectors.append(encoder.encode_pixels(batch).numpy())
        done = sum(map(len, vectors))
        yield run.progress(encoding(done, len(keys), time.perf_counter() - began))
    return np.concatenate(vectors)


def _collection(
    encoder: SearchEncoder, store: Store, name: str, run: Run, model: str
) -> Generator[Progress, None, tuple[tuple[Entry, ...], np.ndarray]]:
    entries = store.members(name)
    for step in collection.encode_missing(store, entries, encoder, model, run.job.check):
        yield run.progress(encoding(step.done, step.total, step.seconds))
    return entries, store.vectors(entries, model, encoder.width)


def null_cosine(encoder: SearchEncoder, vectors: np.ndarray) -> float:
    """The best cosine of any picture [N, D] with any text that says nothing."""
    return float((vectors @ encoder.encode_texts(NULL_TEXTS).numpy().T).max())


def encoding(done: int, total: int, seconds: float) -> Message:
    """How many pictures are encoded, and how fast."""
    return message("encoding", done=done, total=total, rate=done / max(seconds, 1e-9))
