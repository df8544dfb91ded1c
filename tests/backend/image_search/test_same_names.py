"""Pictures of one name in a collection: kept beside each other, left alone or replaced."""

from __future__ import annotations

import numpy as np
import pytest

from backend.image_search.store import decode_stored
from tests.backend.image_search.albums import filled
from tests.backend.pictures.files import encoded, picture, zipped


def files(folder, *named_colours):
    """(name, path) of uploads that lie elsewhere: each a picture of one colour."""
    paths = []
    for name, colour in named_colours:
        path = folder / f"{len(list(folder.iterdir()))}.png"
        path.write_bytes(encoded(picture(colour=colour)))
        paths.append((name, path))
    return paths


RED, BLUE, GREEN = (250, 0, 0), (0, 0, 250), (0, 250, 0)


def colours_in(store):
    """Name -> "r", "g" or "b", the colour of what is stored under it."""
    found = {}
    for entry in store.members("trip"):
        mean = np.asarray(decode_stored(store.jpeg(entry.key))).mean((0, 1))
        found[entry.name] = "rgb"[mean.argmax()]
    return found


def test_two_pictures_of_one_name_in_one_upload_are_both_kept(store, encoder, tmp_path):
    report = filled(store, files(tmp_path, ("IMG_1.jpg", RED), ("IMG_1.jpg", BLUE)), encoder)
    assert (report.encoded, report.unchanged, report.replaced) == (2, 0, ())
    assert colours_in(store) == {"IMG_1.jpg": "r", "IMG_1 (2).jpg": "b"}


def test_in_one_zip_too(store, encoder, tmp_path):
    entries = [("a/x.png", encoded(picture(colour=one))) for one in (RED, BLUE, GREEN)]
    with pytest.warns(UserWarning, match="Duplicate name"):
        path = zipped(tmp_path / "t.zip", [*entries, ("b/x.png", entries[1][1])])
    filled(store, [("t.zip", path)], encoder)
    assert colours_in(store) == {
        "t.zip/a/x.png": "r", "t.zip/a/x (2).png": "b", "t.zip/a/x (3).png": "g",
        "t.zip/b/x.png": "b",
    }  # fmt: skip


@pytest.mark.parametrize("colours", [(RED, BLUE), (BLUE, RED), (BLUE,), (RED, RED, BLUE)])
def test_the_very_same_pictures_again_change_nothing(store, encoder, tmp_path, colours):
    filled(store, files(tmp_path, ("x.jpg", RED), ("x.jpg", BLUE)), encoder)
    again = filled(store, files(tmp_path, *(("x.jpg", colour) for colour in colours)), encoder)
    assert (again.encoded, again.unchanged, again.replaced) == (0, len(colours), ())
    assert colours_in(store) == {"x.jpg": "r", "x (2).jpg": "b"}


def test_another_picture_of_a_known_name_replaces_it_and_is_named(store, encoder, tmp_path):
    filled(store, files(tmp_path, ("x.jpg", RED), ("y.jpg", GREEN)), encoder)
    report = filled(store, files(tmp_path, ("x.jpg", BLUE), ("y.jpg", GREEN)), encoder)
    assert report.replaced == ("x.jpg",)
    assert colours_in(store) == {"x.jpg": "b", "y.jpg": "g"}


def test_what_an_upload_brings_along_again_is_not_replaced(store, encoder, tmp_path):
    filled(store, files(tmp_path, ("x.jpg", RED)), encoder)
    report = filled(store, files(tmp_path, ("x.jpg", BLUE), ("x.jpg", RED)), encoder)
    assert report.replaced == () and sorted(colours_in(store).values()) == ["b", "r"]
