"""Duplicates are found by content and by look, as groups of what hangs together."""

from __future__ import annotations

import numpy as np
import pytest

from backend.errors import Cancelled
from backend.image_search import collection
from backend.image_search.collection import as_csv, duplicates
from backend.image_search.vector_index import Entry
from tests.backend.image_search.albums import filled
from tests.backend.pictures.files import encoded, picture, zipped


def test_duplicates_are_found_by_content_and_by_look(store, encoder, tmp_path):
    same = encoded(picture(colour=(250, 0, 0)))
    near = encoded(picture((80, 60), (249, 1, 0)))
    other = encoded(picture(colour=(0, 0, 250)))
    entries = [("a.png", same), ("b.png", same), ("c.png", near), ("d.png", other)]
    filled(store, [("x.zip", zipped(tmp_path / "x.zip", entries))], encoder)
    members = store.members("trip")
    groups = duplicates(members, store.vectors(members, "m1", 3))
    assert groups == [("x.zip/a.png", "x.zip/b.png", "x.zip/c.png")]
    lines = as_csv(store, "trip").decode("utf-8-sig").splitlines()
    assert lines[0] == "name,width,height,sha256,same_file_as" and len(lines) == 5
    assert lines[2].endswith(",x.zip/a.png") and ",40,30," in lines[1]


def test_near_duplicates_of_near_duplicates_are_one_group_across_blocks(monkeypatch):
    monkeypatch.setattr(collection, "BLOCK", 3)
    angles = np.radians([0, 90, 10, 180, 91, 20, 270])  # cos(10 degrees) > 0.97 > cos(20 degrees)
    vectors = np.stack([np.cos(angles), np.sin(angles)], 1).astype(np.float32)
    entries = tuple(Entry(name, name) for name in "abcdefg")
    assert duplicates(entries, vectors) == [("a", "c", "f"), ("b", "e")]


def test_a_group_is_what_hangs_together_however_its_pictures_are_ordered(monkeypatch):
    monkeypatch.setattr(collection, "BLOCK", 3)
    angles = np.array([0, 1.5, 0.2, 0.1, 3.0, 1.6, 0.3, 0.25])  # near: 0.247 apart or less
    vectors = np.stack([np.cos(angles), np.sin(angles)], 1)
    entries = tuple(Entry(f"key {n}", f"{n}") for n in range(len(angles)))
    groups = collection.duplicates(entries, vectors)
    assert groups == [("0", "2", "3", "6", "7"), ("1", "5")]


def test_looking_for_duplicates_can_be_stopped():
    def stop():
        raise Cancelled

    with pytest.raises(Cancelled):
        collection.duplicates((Entry("key", "name"),), np.ones((1, 1)), stop)
