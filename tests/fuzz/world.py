"""A small app without a page: a visitor's collection, pictures, a model and a graph of its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from backend import Backend
from backend.device import Device
from backend.image_search.collection import IndexingReport, index_files
from backend.image_search.store import Store
from backend.models import gguf_cache
from backend.models.pool import Pool
from tests.backend.fakes import make_backend, performed, results, spec
from tests.backend.image_search.albums import FakeEncoder, album
from tests.backend.image_search.conftest import KEY

SMALL = spec("small")


@dataclass
class World:
    """Everything lies below `folder`."""

    folder: Path

    @property
    def store(self) -> Store:
        return Store(KEY, self.folder / "collections")

    @property
    def base(self) -> Path:
        """The file of the visitor's collections."""
        return self.store.path

    def index(self, count: int = 3, name: str = "trip", encoder: Any = None) -> bool:
        """Fill a collection with so many pictures; whether all are in it."""
        paths = album(self.folder, count, f"{name}.zip")
        *_, report = index_files(self.store, name, paths, encoder or FakeEncoder(), "m1")
        assert isinstance(report, IndexingReport)
        return self.store.collections()[name] == count

    def is_as_before(self) -> bool:
        """Whether the first collection is whole."""
        members = self.store.members("trip")
        vectors = self.store.vectors(members, "m1", 3)
        return len(members) == 3 and np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def answered(backend: Backend, work: Any) -> bool:
    """Run the work on the best model there is; whether it gave "right"."""
    return results(performed(backend, work)) == ["right"]


def right(model: Any, run: Any) -> Any:
    yield "right"


def loading(load: Any) -> Backend:
    """A backend with one bundled model, loaded so."""
    pool = Pool(load=load, free=lambda _: 2**60)
    return make_backend(rows=(SMALL,), pool=pool, has_gpu=lambda: False)


class Graph:
    """A real graph of OpenVINO, x + 1 for two numbers, unpacked from a stand-in for a GGUF file."""

    def __init__(self, folder: Path) -> None:
        self.gguf = folder / "Plus.Q4_1.gguf"
        self.gguf.write_bytes(b"packed")
        self.made = 0

    def unpacked(self) -> Path:
        return gguf_cache.unpacked(self.gguf, gguf_cache.GRAPH, self._convert)

    def is_right(self) -> bool:
        """Load it, which mends a copy that is broken, and compute."""
        form = gguf_cache.GRAPH
        return gguf_cache.load_unpacked(self.gguf, form, self._convert, self._load) == [2.0, 3.0]

    def load(self, row: Any, device: Device) -> Graph:
        """As a row's loader."""
        assert self.is_right()
        return self

    def _convert(self, gguf: Path, target: Path) -> None:
        import openvino as ov
        from openvino import opset13 as ops

        self.made += 1
        target.mkdir()
        given = ops.parameter([2], np.float32)
        more = ops.constant(np.array([1.0, 1.0], np.float32))
        model = ov.Model([ops.add(given, more)], [given])
        ov.save_model(model, target / "graph.xml", compress_to_fp16=False)

    def _load(self, folder: Path) -> list[float]:
        import openvino as ov

        compiled = ov.Core().compile_model(folder / "graph.xml", "CPU")
        return [float(one) for one in compiled([np.array([1.0, 2.0], np.float32)])[0]]
