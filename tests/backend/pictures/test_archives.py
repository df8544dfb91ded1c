"""Files and ZIPs: what is in them, and what is left out and why. Nothing is written to disk."""

from __future__ import annotations

import zipfile

import pytest

from backend.errors import InputError
from backend.pictures import Found, Skipped, archives, find_pictures
from backend.pictures.archives import check_paths
from tests.backend.pictures.files import encoded, picture, zipped


def listed(path):
    return list(find_pictures([(path.name, path)]))


def codes(found):
    return {one.name.split("/", 1)[1]: one.reason.code for one in found if isinstance(one, Skipped)}


def test_files_and_entries_come_in_order_under_the_visitors_names(tmp_path):
    single = tmp_path / "a.png"
    single.write_bytes(encoded(picture()))
    album = zipped(tmp_path / "b.zip", [("one.png", b"1"), ("sub/two.png", b"2")])
    found = list(find_pictures([("a.png", single), ("b.zip", album)]))
    assert [one.name for one in found] == ["a.png", "b.zip/one.png", "b.zip/sub/two.png"]
    assert found[1].data == b"1"


@pytest.mark.parametrize("name", ["../out.png", "/etc/out.png", "a/../../out.png", "..\\out.png",
                                  "C:\\out.png"])  # fmt: skip
def test_paths_that_lead_out_are_named_and_nothing_is_written(tmp_path, name):
    (tmp_path / "in").mkdir()
    found = listed(zipped(tmp_path / "in" / "evil.zip", [(name, b"x"), ("good.png", b"y")]))
    assert [one.reason.code for one in found if isinstance(one, Skipped)] == ["zip_path"]
    assert [one.data for one in found if isinstance(one, Found)] == [b"y"]
    assert [file.name for file in tmp_path.rglob("*")] == ["in", "evil.zip"]


def test_a_bomb_is_not_unpacked(tmp_path, monkeypatch):
    bomb = zipped(tmp_path / "bomb.zip", [("bomb.png", b"\0" * 30_000_000), ("good.png", b"y")])
    monkeypatch.setattr(archives, "_read", lambda archive, entry, inside: Found(inside, b""))
    assert codes(listed(bomb)) == {"bomb.png": "zip_bomb"}


def test_a_bomb_whose_directory_lies_is_stopped_while_it_is_read(tmp_path, monkeypatch):
    liar = zipped(tmp_path / "liar.zip", [("liar.png", b"\0" * 1000)])
    monkeypatch.setattr(archives, "MAX_BYTES", 100)
    monkeypatch.setattr(archives, "_refusal", lambda inside, entry: None)
    assert codes(listed(liar)) == {"liar.png": "picture_heavy"}


def test_a_zip_in_a_zip_is_named(tmp_path):
    inner = zipped(tmp_path / "inner.zip", [("x.png", b"x")]).read_bytes()
    outer = zipped(tmp_path / "outer.zip", [("inner.zip", inner), ("photos.tar.gz", b"x")])
    assert set(codes(listed(outer)).values()) == {"zip_nested"}


def test_a_locked_entry_is_named(tmp_path):
    path = zipped(tmp_path / "locked.zip", [("x.png", b"x")])
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1  # the flag that says so
    path.write_bytes(data)
    assert codes(listed(path)) == {"x.png": "zip_locked"}


def test_what_systems_leave_behind_is_passed_over_in_silence(tmp_path):
    names = ["__MACOSX/._a.png", ".DS_Store", "folder/", "sub/Thumbs.db", "._b.png", "a.png"]
    found = listed(zipped(tmp_path / "mac.zip", [(name, b"x") for name in names]))
    assert [one.name for one in found] == ["mac.zip/a.png"]


def test_five_thousand_files_are_all_looked_at_one_by_one(tmp_path):
    many = zipped(tmp_path / "many.zip", [(f"{n}.png", b"x") for n in range(5000)])
    stream = find_pictures([("many.zip", many)])
    assert next(stream).name == "many.zip/0.png"  # before the rest is read
    assert sum(1 for _ in stream) == 4999


def test_more_entries_than_the_limit_are_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_ENTRIES", 3)
    found = listed(zipped(tmp_path / "many.zip", [(f"{n}.png", b"x") for n in range(5)]))
    assert len(found) == 4 and found[-1].reason.values == {"count": 5, "limit": 3}


def test_a_zip_larger_than_the_limit_is_cut(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_UNPACKED", 2)
    found = listed(zipped(tmp_path / "full.zip", [(f"{n}.png", b"xx") for n in range(4)]))
    assert [isinstance(one, Found) for one in found] == [True, True, False, False]


def test_a_broken_zip_and_a_broken_entry_stop_nothing(tmp_path):
    path = zipped(tmp_path / "broken.zip", [("bad.png", b"abc" * 500), ("good.png", b"y")])
    data = bytearray(path.read_bytes())
    data[40:44] = b"\xff\xff\xff\xff"  # inside the first entry's content
    path.write_bytes(data)
    found = listed(path)
    assert isinstance(found[0], Skipped) and found[1] == Found("broken.zip/good.png", b"y")


def test_a_picture_named_zip_is_a_picture_and_a_document_is_a_file(tmp_path):
    photo = tmp_path / "photo.zip"
    photo.write_bytes(encoded(picture()))
    assert listed(photo)[0].name == "photo.zip"
    assert zipfile.is_zipfile(zipped(tmp_path / "text.docx", [("x", b"x")]))
    assert [one.name for one in listed(tmp_path / "text.docx")] == ["text.docx"]


def test_a_file_that_is_gone_is_named(tmp_path):
    assert [type(one) for one in listed(tmp_path / "gone.png")] == [Skipped]


@pytest.mark.parametrize("nothing", [None, [], "x.png", 3])
def test_no_files_is_a_sentence(nothing):
    with pytest.raises(InputError, match="no pictures"):
        check_paths(nothing)
