"""The gallery that comes with the app is whole, and hands out nothing else."""

from __future__ import annotations

import pytest
from PIL import Image

from backend import gallery


def test_a_gallery_name_from_outside_reaches_no_other_file():
    with pytest.raises(KeyError):
        gallery.file_of("../captions.csv")


def test_every_picture_of_the_gallery_is_whole_and_has_two_captions():
    entries = gallery.entries()
    assert 400 <= len(entries) <= 800
    assert len({entry.key for entry in entries}) == len(entries)
    files = {path.name for path in (gallery.FOLDER / "pictures").iterdir()}
    assert files == {entry.key for entry in entries}
    for entry in entries:
        assert entry.english and entry.chinese
        with Image.open(gallery.file_of(entry.key)) as image:
            assert image.size == (256, 256)
    assert sum(p.stat().st_size for p in (gallery.FOLDER / "pictures").iterdir()) < 10_000_000
