"""What this machine has of each model, why the app takes it or not, and what can be done."""

from dataclasses import replace

import pytest

from backend.errors import InputError
from backend.model_library import ModelLibrary
from backend.models.hub.downloads import Fetched
from backend.models.pool import Pool
from backend.models.sources import Hub
from tests.backend.fakes import (
    CPU,
    FakeSource,
    Loader,
    device_without_gpu,
    make_backend,
    spec,
)
from tests.hub import REPO, REVISION, FakeHub, Trouble, online

AWAY = FakeSource(here=False)
FILES = {"config.json": b"{}", "model.safetensors": bytes(range(256)) * 500}
ON_HUB = Hub(REPO, revision=REVISION, download_bytes=128_000)


def library(rows, load=None, free=2**60, **changed):
    """On a machine without a GPU, unless changed."""
    pool = Pool(load=load or Loader(), free=lambda _: free)
    options = {"device_for": device_without_gpu, "has_gpu": lambda: False, **changed}
    return ModelLibrary(make_backend(rows=rows, pool=pool, **options))


def why(found):
    return {state.spec.id: str(state.why) for state in found.states()}


def until(condition):
    """Something that ends on another thread."""
    while not condition():
        pass


# --- Why a row is taken, or is not ----------------------------------------------------------------


def test_without_a_gpu_the_reasons_are_the_machines_own():
    rows = (spec("big", "gpu", source=AWAY), spec("middle", "cpu", source=AWAY), spec("small"))
    assert why(library(rows)) == {
        "big": "no GPU was found on this machine",
        "middle": "not on this disk; on a machine like this one nothing is downloaded unasked",
        "small": "the app takes it where no model is named",
    }


def test_what_is_here_and_smaller_comes_after_what_is_chosen():
    rows = (spec("middle", "cpu"), spec("small"))
    assert why(library(rows))["small"] == "Middle comes before it"


def test_what_the_memory_cannot_hold_says_both_sizes():
    rows = (spec("middle", "cpu", source=AWAY, memory_bytes=900), spec("small"))
    said = "it needs about 900 B of memory, and 500 B are free"
    assert why(library(rows, free=500))["middle"] == said


def test_a_mode_that_leaves_a_row_out_is_named():
    rows = (spec("middle", "cpu", source=AWAY), spec("small"))
    assert why(library(rows, mode="bundled"))["middle"] == "--models bundled leaves it out"


def test_a_row_that_is_taken_where_it_is_named_alone_says_so():
    rows = (replace(spec("poet"), only_by_name=True), spec("small"))
    assert why(library(rows))["poet"] == "the app takes it only where it is named"


def test_experts_are_chosen_by_a_router():
    rows = (spec("one", task="classification"),)
    assert why(library(rows)) == {"one": "a router chooses among the experts"}


# --- What is where --------------------------------------------------------------------------------


def test_a_model_that_runs_says_where_since_when_and_how_large():
    found = library((spec("small", memory_bytes=700),))
    assert (found.states()[0].device, found.states()[0].used_at) == ("", 0.0)
    found.load("small")
    until(lambda: found.states()[0].device)
    (state,) = found.states()
    assert (state.device, state.memory_bytes, state.is_loading) == ("CPU", 700, False)
    assert state.used_at > 0


def test_it_is_let_go_and_is_not_here_any_more():
    found = library((spec("small"),))
    found.load("small")
    until(lambda: found.states()[0].device)
    until(lambda: not found._backend.pool.holding(spec("small")).users)
    used_at = found.states()[0].used_at
    found.let_go("small")
    assert (found.states()[0].device, found.states()[0].used_at) == ("", used_at)


def test_one_in_use_stays_and_that_is_said():
    found = library((spec("small"),))
    with found._backend.pool.lease(spec("small"), CPU) as lease:
        lease.wait()
        with pytest.raises(InputError, match="Small is in use"):
            found.let_go("small")
        assert found.states()[0].device == "CPU"


def test_a_load_that_fails_is_said_until_it_is_tried_again():
    loader = Loader({"small": RuntimeError("bad file")})
    found = library((spec("small"),), loader)
    found.load("small")
    until(lambda: found.states()[0].failure)
    assert "Small could not be loaded: RuntimeError: bad file" in str(found.states()[0].failure)
    loader.failing.clear()
    found.load("small")
    until(lambda: found.states()[0].device)
    assert found.states()[0].failure is None


def test_an_unknown_model_is_an_input_error():
    with pytest.raises(InputError, match="must be one of"):
        library((spec("small"),)).load("other")


# --- Downloads ------------------------------------------------------------------------------------


@pytest.fixture
def hub(monkeypatch, tmp_path):
    with online(monkeypatch, FakeHub(dict(FILES)), tmp_path / "hub") as running:
        yield running


@pytest.fixture
def shelf(hub):
    return library((spec("middle", "cpu", source=ON_HUB), spec("small")))


def test_a_download_is_watched_and_then_the_app_takes_the_model(shelf, hub):
    hub.troubles["model.safetensors"] = Trouble(after=1000, stalls=True, times=1)
    shelf.download("middle")
    until(lambda: hub.stalled.is_set() and shelf.states()[0].fetched.done > 0)
    assert shelf.states()[0].fetched.total == 128_002
    hub.go_on.set()
    until(lambda: shelf.states()[0].on_disk)
    assert shelf.states()[0].is_chosen


class EndsMeanwhile:
    """A source whose download ends between two looks at it."""

    download_bytes, origin, looks = 10, "a fake", 0

    def on_disk(self):
        self.looks += 1
        return self.looks > 1

    def fetched(self):
        self.looks += 1
        return None if self.looks > 1 else Fetched(9, 10, 1.0, 1.0)


def test_a_download_that_ends_just_now_is_not_taken_for_one_that_was_stopped():
    found = library((spec("small"),))
    state = found._state(spec("middle", "cpu", source=EndsMeanwhile()), spec("small"))
    assert (state.on_disk, state.fetched.done) == (True, 9)


def test_a_download_begun_twice_is_one(shelf, hub):
    shelf.download("middle")
    shelf.download("middle")
    until(lambda: shelf.states()[0].on_disk)
    assert len(hub.asked_for("model.safetensors")) == 1


def test_a_download_is_stopped_and_gone_on_with(shelf, hub):
    hub.troubles["model.safetensors"] = Trouble(after=1000, stalls=True, times=1)
    shelf.download("middle")
    until(hub.stalled.is_set)
    shelf.stop("middle")
    until(lambda: not shelf._wanted)
    assert shelf.states()[0].failure is None
    shelf.download("middle")
    until(lambda: shelf.states()[0].on_disk)


def test_a_download_that_fails_says_why(shelf, hub):
    hub.troubles[""] = Trouble(status=403, named="GatedRepo")
    shelf.download("middle")
    until(lambda: shelf.states()[0].failure)
    assert "accepted its terms" in str(shelf.states()[0].failure)


# --- Offers ---------------------------------------------------------------------------------------


@pytest.fixture
def switched_on(monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")


def test_a_bundled_model_that_was_chosen_has_a_larger_one_to_offer(switched_on):
    rows = (spec("big", "gpu", source=AWAY), spec("middle", "cpu", source=AWAY), spec("small"))
    assert {small: row.id for small, row in library(rows).offers().items()} == {"small": "middle"}


@pytest.mark.parametrize("changed", [{"mode": "bundled"}, {"free": 10}])
def test_nothing_is_offered_that_would_not_be_taken_or_has_no_room(switched_on, changed):
    rows = (spec("middle", "cpu", source=AWAY), spec("small"))
    assert library(rows, **changed).offers() == {}


def test_nothing_is_offered_where_a_larger_one_is_here_or_downloads_are_off(
    switched_on, monkeypatch
):
    assert library((spec("middle", "cpu"), spec("small"))).offers() == {}
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert library((spec("middle", "cpu", source=AWAY), spec("small"))).offers() == {}


def test_experts_are_not_offered_for_each_other(switched_on):
    rows = (
        replace(spec("films", "cpu", source=AWAY), task="classification"),
        spec("small", task="classification"),
    )
    assert library(rows).offers() == {}
