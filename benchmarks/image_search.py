"""Image search: a query over the gallery, indexing beside the bare encoder, exact search beside
FAISS.

The app runs in a process of its own and is called as a visitor's script would call it. Indexing and
exact search run in this process, in turn with what they are compared with.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from gradio_client import Client

from benchmarks.table import show, show_ratio
from tests.serving import serving

RUNS = 5
QUERIES = ("a big cat", "red fruit", "a house", "something to play music on", "车")
PICTURES = 256  # for the rate
MANY_PICTURES = 10_000  # for the memory
VECTORS, WIDTH, TOP = 1_000_000, 512, 10


def main() -> None:
    print("Image search, bundled encoder")
    with serving("--models", "bundled", "--saved-results", "0") as address:
        client = Client(address, verbose=False)
        client.predict("warm up", api_name="/search")
        show("a text over the gallery, warm (bar: within 0.15)",
             [query_seconds(client, text) for text in QUERIES], "s")  # fmt: skip
    indexing()
    memory_of_indexing()
    exact()


def query_seconds(client: Client, text: str) -> float:
    """Seconds of the query as its run card has them."""
    return float(client.predict(text, api_name="/search")["run"]["seconds"])


def indexing() -> None:
    """Pictures per second into a collection, and of the encoder alone on decoded pictures."""
    from PIL import Image

    from backend import gallery
    from backend.image_search.collection import IndexingReport, index_files
    from backend.image_search.store import Store

    encoder, files = load_bare(), [gallery.file_of(e.key) for e in gallery.entries()[:PICTURES]]
    pictures = [Image.open(file).convert("RGB") for file in files]
    paths = [(file.name, file) for file in files]
    encoder.encode_pictures(pictures[:64])
    ours, bare = [], []
    for _ in range(RUNS):
        begun = time.perf_counter()
        encoder.encode_pictures(pictures)
        bare.append(PICTURES / (time.perf_counter() - begun))
        with tempfile.TemporaryDirectory() as folder:
            *_, report = index_files(Store("a" * 16, Path(folder)), "b", paths, encoder, "m")
        assert isinstance(report, IndexingReport)
        ours.append(report.rate)
    fast = show("files into a collection", ours, "pictures/s")
    plain = show("bare encoder, pictures decoded before", bare, "pictures/s")
    show_ratio("collection / bare encoder", fast / plain, "at least 0.9")


def memory_of_indexing() -> None:
    """What the process holds after 10,000 pictures beyond what it held after 1,000.

    The encoder is left out, since its memory does not depend on how many pictures there are.
    """
    from PIL import Image

    from backend.image_search.collection import index_files
    from backend.image_search.store import Store

    with tempfile.TemporaryDirectory() as folder:
        files = []
        for number in range(MANY_PICTURES):
            file = Path(folder) / f"{number}.png"
            colour = (number % 256, number // 256, 128)
            Image.new("RGB", (320, 240), colour).save(file, compress_level=1)
            files.append((file.name, file))
        store, held = Store("a" * 16, Path(folder) / "store"), []
        for step in index_files(store, "b", files, Constant(), "m"):
            if getattr(step, "done", 0) >= 1000:
                held.append(psutil.Process().memory_info().rss / 1e6)
    show(f"memory from 1,000 to {MANY_PICTURES:,} pictures, growth", [held[-1] - held[0]], "MB")


class Constant:
    """An encoder that costs nothing: decoding, shrinking and keeping remain."""

    width = 384

    def pixels_of(self, picture: Any) -> np.ndarray:
        return np.asarray(picture.resize((224, 224)), np.float32)

    def encode_pixels(self, pixels: list[np.ndarray]) -> Any:
        import torch

        return torch.ones(len(pixels), self.width)


def exact() -> None:
    """One query over a million vectors, here and by FAISS's flat index."""
    import faiss

    from backend.image_search.scores import nearest

    random = np.random.default_rng(0)
    vectors = random.standard_normal((VECTORS, WIDTH), np.float32)
    for start in range(0, VECTORS, 10_000):
        rows = vectors[start : start + 10_000]
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    queries = vectors[:: VECTORS // RUNS][:RUNS] + random.normal(0, 0.02, (RUNS, WIDTH))
    queries = queries.astype(np.float32)
    before = psutil.Process().memory_info().rss
    most, ours, places = before, [], []
    nearest(vectors, queries[0], TOP)
    for query in queries:
        begun = time.perf_counter()
        places.append(nearest(vectors, query, TOP)[0])
        ours.append(time.perf_counter() - begun)
        most = max(most, psutil.Process().memory_info().rss)
    index = faiss.IndexFlatIP(WIDTH)
    index.add(vectors)
    index.search(queries[:1], TOP)
    theirs = []
    for query, found in zip(queries, places, strict=True):
        begun = time.perf_counter()
        answer = index.search(query[None], TOP)[1][0]
        theirs.append(time.perf_counter() - begun)
        assert set(answer) == set(found)
    fast = show(f"exact search, {VECTORS:,} x {WIDTH}", ours, "s")
    flat = show("FAISS IndexFlatIP, the same", theirs, "s")
    show_ratio("speed / FAISS's", flat / fast, "at least 0.9")
    size = vectors.nbytes
    show_ratio("memory while searching / the vectors", (size + most - before) / size,
               "at most 1.2")  # fmt: skip


def load_bare() -> Any:
    """The bundled encoder in this process."""
    from backend.device import choose_device
    from backend.models.pool import load_with_its_loader
    from backend.models.registry import MODELS

    spec = next(row for row in MODELS if row.task == "image_search" and row.tier == "bundled")
    return load_with_its_loader(spec, choose_device(spec.tier))
