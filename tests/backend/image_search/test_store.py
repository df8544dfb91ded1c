"""A visitor's file: made only by what is stored, set aside when damaged, whole after removals."""

from __future__ import annotations

import sqlite3

import pytest

from backend.errors import InputError
from backend.image_search import store as stores
from backend.image_search.collection import index_files
from backend.image_search.store import Store
from tests.backend.image_search.albums import FakeEncoder, album, filled


def test_asking_with_an_unknown_key_makes_no_file(store):
    assert store.collections() == {} and store.sizes() == {} and store.encoded("m1") == set()
    for ask in (store.version, store.members, store.remove):
        with pytest.raises(InputError, match="no collection"):
            ask("trip")
    with pytest.raises(KeyError):
        store.jpeg("0" * 64)
    assert not store.path.parent.exists()


def test_reading_writes_nothing(store, tmp_path):
    filled(store, album(tmp_path, 3), FakeEncoder())
    with sqlite3.connect(store.path) as base:
        changes = base.execute("PRAGMA data_version").fetchone()
        assert store.collections() == {"trip": 3} and len(store.members("trip")) == 3
        assert base.execute("PRAGMA data_version").fetchone() == changes


def test_a_damaged_file_is_set_aside_and_a_new_one_works(store, tmp_path):
    filled(store, album(tmp_path, 3), FakeEncoder())
    whole = store.path.read_bytes()
    store.path.write_bytes(b"\x00" * 100 + whole[100:])
    with pytest.raises(InputError, match="damaged"):
        store.collections()
    [aside] = store.path.parent.glob("*.damaged-*")
    assert aside.read_bytes()[100:] == whole[100:]
    filled(store, album(tmp_path, 2), FakeEncoder())
    assert store.collections() == {"trip": 2}


def test_deleting_a_collection_while_another_takes_its_pictures_breaks_neither(store, tmp_path):
    encoder, paths = FakeEncoder(), album(tmp_path, 3)
    filled(store, paths, encoder, "a")
    running = index_files(store, "b", paths, encoder, "m1")
    next(running)  # its pictures are known already
    store.remove("a")
    for _ in running:
        pass
    assert store.collections() == {"b": 3} and encoder.encoded == 3
    members = store.members("b")
    assert all(store.jpeg(one.key) for one in members)
    assert store.vectors(members, "m1", 3).shape == (3, 3)


def test_what_was_deleted_meanwhile_goes_when_the_indexing_has_ended(store, tmp_path):
    encoder = FakeEncoder()
    filled(store, album(tmp_path, 3), encoder, "a")
    with store.indexing():
        store.remove("a")
        assert len(store.sizes()) == 3
    assert store.sizes() == {} and store.encoded("m1") == set()


def test_an_indexing_whose_process_was_killed_does_not_keep_pictures_for_ever(
    store, tmp_path, monkeypatch
):
    filled(store, album(tmp_path, 3), FakeEncoder(), "a")
    with sqlite3.connect(store.path) as base:
        base.execute("INSERT INTO indexings VALUES ('killed', 0)")
    store.remove("a")
    assert store.sizes() == {}


class FullDisk(sqlite3.Connection):
    """Cannot write what was there before to the disk, beside the file."""

    def execute(self, sql, *values):
        journal = super().execute("PRAGMA journal_mode").fetchone()[0]
        if sql.startswith(("INSERT", "DELETE")) and journal != "memory":
            raise sqlite3.OperationalError("database or disk is full")
        return super().execute(sql, *values)


def test_a_collection_can_be_removed_on_a_full_disk(store, tmp_path, monkeypatch):
    filled(store, album(tmp_path, 40), FakeEncoder())
    before, connect = store.path.stat().st_size, sqlite3.connect
    monkeypatch.setattr(
        stores.sqlite3,
        "connect",
        lambda *given, **options: connect(*given, **options, factory=FullDisk),
    )
    store.remove("trip")
    monkeypatch.undo()
    assert Store("0123456789abcdef0123", store.path.parent).collections() == {}
    assert store.path.stat().st_size < before
