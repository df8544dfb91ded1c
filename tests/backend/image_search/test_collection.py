"""Visitors' collections: what goes in, and what stays out."""

from __future__ import annotations

import json
import sqlite3
import time
from pathlib import Path

import numpy as np
import pytest

from backend.errors import Cancelled, InputError
from backend.image_search import collection
from backend.image_search import store as stores
from backend.image_search.collection import as_csv, encode_missing, index_files
from backend.image_search.store import Store, check_name, decode_stored
from backend.image_search.store_folder import UNUSED_SECONDS, remove_old
from backend.pictures import Skipped
from tests.backend.image_search.albums import FakeEncoder, album, filled
from tests.backend.image_search.conftest import KEY
from tests.backend.pictures.files import encoded, picture, zipped

ROOT = Path(__file__).resolve().parents[3]


def test_a_zip_becomes_a_collection_and_unchanged_files_are_not_encoded_again(
    store, encoder, tmp_path
):
    first = filled(store, album(tmp_path), encoder)
    again = filled(store, album(tmp_path, 7), encoder)
    assert (first.encoded, again.encoded, again.unchanged) == (5, 2, 5)
    assert encoder.encoded == 7 and store.collections() == {"trip": 7}
    entries = store.members("trip")
    vectors = store.vectors(entries, "m1", 3)
    assert vectors.shape == (7, 3) and np.allclose(np.linalg.norm(vectors, axis=1), 1)


def test_one_bad_picture_shifts_no_other_ones_vector(store, encoder, tmp_path):
    extra = [
        ("note.jpg", b"hello"),
        ("x/../../up.png", b"x"),
        ("inner.zip", b"PK"),
        ("cut.png", encoded(picture())[:60]),
        ("z.png", encoded(picture(colour=(255, 0, 0)))),
    ]
    report = filled(store, album(tmp_path, 40, extra=extra), encoder)
    assert {one.reason.code for one in report.skipped} == {
        "not_a_picture", "zip_path", "zip_nested", "picture_broken"
    }  # fmt: skip
    entries = store.members("trip")
    vectors = dict(zip([e.name for e in entries], store.vectors(entries, "m1", 3), strict=True))
    assert vectors["album.zip/z.png"].argmax() == 0
    for n in (3, 39):
        seen = encoder.pixels_of(decode_stored(store.jpeg(
            next(e.key for e in entries if e.name == f"album.zip/{n}.png"))))  # fmt: skip
        assert np.allclose(vectors[f"album.zip/{n}.png"], seen / np.linalg.norm(seen), atol=1e-5)


@pytest.mark.slow
def test_five_thousand_files_in_order(store, encoder, tmp_path, monkeypatch):
    """The model's work is left out: reading, keeping and naming 5,000 files."""
    data = encoded(picture((4, 4)))
    entries = [(f"{n:04}.png", data + str(n).encode()) for n in range(5000)]
    report = filled(store, [("many.zip", zipped(tmp_path / "many.zip", entries))], encoder)
    assert report.encoded == 5000 and store.collections() == {"trip": 5000}


def test_another_model_encodes_again_and_nothing_is_mixed(store, encoder, tmp_path):
    filled(store, album(tmp_path), encoder)
    entries = store.members("trip")

    class Wider(FakeEncoder):
        width = 4

        def pixels_of(self, image):
            return np.append(super().pixels_of(image), 1).astype(np.float32)

    wider = Wider()
    steps = list(encode_missing(store, entries, wider, "m2"))
    assert steps[-1].done == wider.encoded == 5
    assert list(encode_missing(store, entries, wider, "m2")) == []
    assert store.vectors(entries, "m2", 4).shape == (5, 4)
    assert store.vectors(entries, "m1", 3).shape == (5, 3)


def test_files_without_any_picture_are_a_sentence_and_no_collection(store, encoder, tmp_path):
    (tmp_path / "a.txt").write_text("hello")
    with pytest.raises(InputError, match="no picture among"):
        filled(store, [("a.txt", tmp_path / "a.txt")], encoder)
    assert store.collections() == {}


def test_stopped_in_the_middle_the_collection_is_as_before(store, encoder, tmp_path):
    filled(store, album(tmp_path, 2), encoder)

    def stop():
        if encoder.encoded > 40:
            raise Cancelled

    with pytest.raises(Cancelled):
        list(index_files(store, "trip", album(tmp_path, 200), encoder, "m1", stop))
    assert store.collections() == {"trip": 2}
    before = encoder.encoded
    assert filled(store, album(tmp_path, 200), encoder).encoded < 200
    assert encoder.encoded - before < 200  # what was encoded before the stop was kept


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b\\c", "图集 1", "'; DROP TABLE members"])
def test_a_name_is_never_a_path(store, encoder, tmp_path, name):
    report = filled(store, album(tmp_path), encoder, check_name(name))
    assert store.collections() == {report.collection: 5}
    outside = [p for p in tmp_path.rglob("*") if p.is_file() and p.parent != store.path.parent]
    assert [p.name for p in outside] == ["album.zip"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, None, 5])
def test_a_name_that_is_none_is_a_sentence(name):
    with pytest.raises(InputError):
        check_name(name)


def test_another_visitors_key_opens_nothing(store, encoder, tmp_path):
    filled(store, album(tmp_path), encoder)
    other = Store("another-key-of-mine-1", store.path.parent)
    assert other.collections() == {}
    key = store.members("trip")[0].key
    with pytest.raises(KeyError):
        other.jpeg(key)
    assert KEY not in store.path.name


@pytest.mark.parametrize("key", ["", "short", "../../../etc/passwd12345", None, "x" * 65])
def test_a_bad_key_is_a_sentence(key):
    with pytest.raises(InputError, match="key"):
        Store(key)


def test_a_file_unused_for_a_day_goes_and_a_used_one_stays(store, encoder, tmp_path):
    filled(store, album(tmp_path), encoder)
    remove_old(store.path.parent, time.time() + UNUSED_SECONDS - 60)
    assert store.path.exists()
    remove_old(store.path.parent, time.time() + UNUSED_SECONDS + 60)
    assert not store.path.exists() and store.collections() == {}


def test_deleting_keeps_what_another_collection_has(store, encoder, tmp_path):
    filled(store, album(tmp_path, 3), encoder, "a")
    filled(store, album(tmp_path, 5), encoder, "b")
    store.remove("b")
    assert store.collections() == {"a": 3} and len(store.sizes()) == 3
    with pytest.raises(InputError, match="no collection"):
        store.remove("b")


def test_a_full_collection_still_takes_what_it_knows(store, encoder, tmp_path, monkeypatch):
    monkeypatch.setattr(collection, "MAX_PICTURES", 3)
    filled(store, album(tmp_path, 3), encoder)
    again = filled(store, album(tmp_path, 4), encoder)
    assert again.unchanged == 3 and [one.reason.code for one in again.skipped] == [
        "collection_full"
    ]


def test_limits_are_sentences(store, encoder, tmp_path, monkeypatch):
    monkeypatch.setattr(collection, "MAX_PICTURES", 3)
    report = filled(store, album(tmp_path, 5), encoder)
    assert store.collections() == {"trip": 3}
    assert [one.reason.code for one in report.skipped] == ["collection_full"] * 2
    monkeypatch.setattr(collection, "MAX_COLLECTIONS", 1)
    with pytest.raises(InputError, match="collections already"):
        filled(store, album(tmp_path), encoder, "second")


def test_a_full_disk_is_a_sentence_and_harms_nothing(store, encoder, tmp_path, monkeypatch):
    filled(store, album(tmp_path, 2), encoder)
    connect = sqlite3.connect

    def small(*arguments, **options):
        base = connect(*arguments, **options)
        pages = base.execute("PRAGMA page_count").fetchone()[0]
        base.execute(f"PRAGMA max_page_count = {pages + 2}")
        return base

    monkeypatch.setattr(stores.sqlite3, "connect", small)
    with pytest.raises(InputError, match="disk is full"):
        filled(store, album(tmp_path, 200), encoder)
    monkeypatch.undo()
    assert store.collections() == {"trip": 2}
    assert store.vectors(store.members("trip"), "m1", 3).shape == (2, 3)


def test_a_broken_file_is_a_sentence(store):
    store.path.parent.mkdir(parents=True, exist_ok=True)
    store.path.write_bytes(b"this is no database at all, but long enough to be read as one" * 20)
    with pytest.raises(InputError, match=r"damaged.*sqlite\.damaged-"):
        store.collections()


def test_a_visitor_may_name_a_file_as_a_formula(store, encoder, tmp_path):
    entries = [("=1+1.png", encoded(picture()))]
    filled(store, [("=x.zip", zipped(tmp_path / "=x.zip", entries))], encoder)
    assert "\n=" not in as_csv(store, "trip").decode("utf-8-sig")


def test_the_report_is_plain(store, encoder, tmp_path):
    report = filled(store, album(tmp_path, 2, extra=[("t.txt", b"x")]), encoder)
    assert isinstance(report.skipped[0], Skipped) and report.rate > 0
    assert json.dumps([str(one.reason) for one in report.skipped])
