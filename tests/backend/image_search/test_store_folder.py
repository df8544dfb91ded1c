"""The folder of all collections: what goes, what makes room, and clocks that are set."""

from __future__ import annotations

import os
import time

import pytest

from backend.errors import InputError
from backend.image_search import store_folder
from backend.image_search.store import Store
from backend.image_search.store_folder import UNUSED_SECONDS, make_room
from tests.backend.image_search.albums import FakeEncoder, album, filled
from tests.backend.image_search.conftest import KEY

OTHER = "fedcba98765432100000"
DAY = 24 * 3600.0


@pytest.fixture
def clock(monkeypatch):
    """[wall clock, even time], both settable."""
    times = [time.time(), 1000.0]
    monkeypatch.setattr(store_folder.time, "time", lambda: times[0])
    monkeypatch.setattr(store_folder.time, "monotonic", lambda: times[1])
    return times


@pytest.mark.parametrize("jump", [400 * DAY, -400 * DAY])
def test_a_clock_that_is_set_deletes_nothing(store, tmp_path, clock, jump):
    filled(store, album(tmp_path, 2), FakeEncoder())
    Store(OTHER, store.path.parent)  # looks the folder through
    clock[0] += jump
    clock[1] += 10
    assert Store(OTHER, store.path.parent).collections() == {}
    assert store.path.exists() and abs(clock[0] - store.path.stat().st_mtime) < 60
    clock[0] += UNUSED_SECONDS + 60  # a day passes
    clock[1] += UNUSED_SECONDS + 60
    Store(OTHER, store.path.parent)
    assert not store.path.exists()


def test_days_in_which_no_server_ran_do_not_count(store, tmp_path, clock):
    filled(store, album(tmp_path, 2), FakeEncoder())
    Store(KEY, store.path.parent)
    clock[0] += 3 * DAY
    store_folder._looked.clear()  # as in a process that has just begun
    assert Store(KEY, store.path.parent).collections() == {"trip": 2}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Three files of 100 bytes; room for 250."""
    monkeypatch.setattr(store_folder, "MAX_BYTES", 250)
    now = time.time()
    for name, age in {"old": 3 * 3600, "older": 5 * 3600, "mine": 9 * 3600}.items():
        file = tmp_path / f"{name}.sqlite"
        file.write_bytes(b"a" * 100)
        os.utime(file, (now - age, now - age))
    return tmp_path


def names(folder):
    return {file.stem for file in folder.glob("*.sqlite")}


def test_the_least_recently_used_makes_room_and_never_ones_own(folder):
    assert make_room(folder, folder / "mine.sqlite")
    assert names(folder) == {"mine", "old"}


def test_what_is_in_use_stays_and_the_rest_is_a_sentence(folder, monkeypatch):
    monkeypatch.setattr(store_folder, "IN_USE_SECONDS", 6 * 3600.0)
    assert not make_room(folder, folder / "mine.sqlite")
    assert names(folder) == {"mine", "old", "older"}


def test_no_room_left_is_said(store, tmp_path, monkeypatch):
    monkeypatch.setattr(store_folder, "MAX_BYTES", 0)
    with pytest.raises(InputError, match="together have reached 20 GB"):
        filled(store, album(tmp_path), FakeEncoder())
