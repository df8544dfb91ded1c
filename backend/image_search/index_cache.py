"""Shelves in memory: the gallery's and the collections', each made when first searched."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Generator
from typing import Any

import numpy as np

from backend.image_search import collection, gallery
from backend.image_search.match_threshold import NULL_TEXTS
from backend.image_search.request import Where
from backend.image_search.vector_index import Shelf
from backend.messages import message
from backend.run import Progress, Run

MOST = 6  # shelves held; of 10,000 pictures each takes 15 MB
Making = Generator[Progress, None, Shelf]


class Shelves:
    """The least recently used is let go. What changed on disk is made anew."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: OrderedDict[tuple[Any, ...], Shelf] = OrderedDict()

    def get(self, encoder: Any, where: Where, run: Run) -> Making:
        """The shelf with this model's vectors; progress while they are made."""
        model = gallery.identity(run.spec)
        version = where.store.version(where.name) if where.store else 0
        key = (where.store.path if where.store else None, where.name, version, model)
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        making = _collection if where.store else _gallery
        shelf = yield from making(encoder, where, run, model)
        with self._lock:
            self._held[key] = shelf
            while len(self._held) > MOST:
                self._held.popitem(last=False)
        return shelf


def _gallery(encoder: Any, where: Where, run: Run, model: str) -> Making:
    entries = gallery.entries()
    file = gallery.kept_file(run.spec, f"gallery-{gallery.content()}")
    vectors = gallery.read_kept(file)
    if vectors is None or vectors.shape != (len(entries), encoder.width):
        vectors = yield from _encode_gallery(encoder, run)
        gallery.keep(file, vectors)
    return Shelf(entries, vectors, model, null_score(encoder, vectors))


def _encode_gallery(encoder: Any, run: Run) -> Generator[Progress, None, np.ndarray]:
    files = [gallery.file_of(entry.key) for entry in gallery.entries()]
    began, done = time.perf_counter(), []
    yield run.progress(encoding(0, len(files), 1))
    for batch in gallery.encode_files(encoder, files):
        run.job.check()
        done.append(batch)
        yield run.progress(encoding(sum(map(len, done)), len(files), time.perf_counter() - began))
    return np.concatenate(done)


def _collection(encoder: Any, where: Where, run: Run, model: str) -> Making:
    assert where.store is not None
    entries = where.store.members(where.name)
    for step in collection.encode_again(where.store, entries, encoder, model, run.job.check):
        yield run.progress(encoding(step.done, step.total, step.seconds))
    vectors = where.store.vectors(entries, model, encoder.width)
    return Shelf(entries, vectors, model, null_score(encoder, vectors))


def null_score(encoder: Any, vectors: np.ndarray) -> float:
    """The best cosine of any picture with any text that says nothing."""
    return float((vectors @ encoder.encode_texts(NULL_TEXTS).numpy().T).max())


def encoding(done: int, total: int, seconds: float) -> Any:
    """What is being done, with its speed."""
    return message("encoding", done=done, total=total, rate=done / max(seconds, 1e-9))
