"""Files and ZIPs: what is in them, and what is left out and why. Nothing is written to disk."""

from __future__ import annotations

import struct
import zipfile

import pytest

from backend.errors import InputError
from backend.pictures import Found, Skipped, archives, find_pictures
from backend.pictures.archives import check_paths
from tests.backend.pictures.files import encoded, picture, unicode_path, zipped, zipped_raw


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


@pytest.mark.parametrize(
    "name",
    ["10:30 sky.png", "sub/a: b.png", "...png", "..a/b..png", "a b.png", "图片/日落.png",
     "Müller.png", "Ⅷ/…/naïve.png", "🌇.png", "cafe\u0301.png", "x" * 200 + ".png"],
)  # fmt: skip
def test_harmless_names_stay_as_they_are(tmp_path, name):
    found = listed(zipped(tmp_path / "album.zip", [(name, b"y")]))
    assert found == [Found(f"album.zip/{name}", b"y")]


@pytest.mark.parametrize("name", ["C:/out.png", "c:out.png", "C:\\out.png", "Z:"])
def test_a_drive_leads_out(tmp_path, name):
    assert set(codes(listed(zipped(tmp_path / "album.zip", [(name, b"x")]))).values()) == {
        "zip_path"
    }


@pytest.mark.parametrize("name", [".\\", ".", ".\\.", ""])
def test_an_entry_without_a_name_is_skipped_and_the_others_are_read(tmp_path, name):
    path = zipped(tmp_path / "odd.zip", [(name or "_", b""), ("good.png", b"y")])
    if not name:
        path.write_bytes(path.read_bytes().replace(b"_", b"\0"))  # names end at a NUL
    found = listed(path)
    assert found[-1] == Found("odd.zip/good.png", b"y")
    assert [one.reason.code for one in found[:-1]] == ["zip_nameless"]
    assert archives.count_files([("odd.zip", path)]) == 2


def test_folders_of_windows_programs_are_passed_over_in_silence(tmp_path):
    names = ["sub\\", "sub\\Thumbs.db", "__MACOSX\\._a.png", "sub\\a.png"]
    entries = [(name, b"" if name.endswith("\\") else b"y") for name in names]
    assert [one.name for one in listed(zipped(tmp_path / "net.zip", entries))] == [
        "net.zip/sub\\a.png"
    ]


def names_in(path):
    found = listed(path)
    assert all(one.data == b"y" for one in found)
    return [one.name.split("/", 1)[1] for one in found]


@pytest.mark.parametrize(
    ("names", "encoding"),
    [
        (["日落.png", "café.png", "plain.png"], "utf-8"),  # as macOS writes them
        (["cafe\u0301.png"], "utf-8"),
        (["照片/日落.png", "照片/（1）.png", "plain.png"], "gb18030"),  # as Chinese Windows does
        (["新建文件夹/微信图片_20240101.jpg"], "gb18030"),
        (["張三的照片.png"], "gb18030"),
        (["图1.png", "图2.png"], "gb18030"),  # which are UTF-8, too: ͼ1, ͼ2
        (["猫.png"], "gb18030"),
        (["小猫.png", "山水.png"], "gb18030"),
        (["café.png", "naïve.png"], "utf-8"),
        (["Сад.png"], "utf-8"),
        (["乗.png", "三.png"], "gb18030"),  # whose second byte is a backslash
        (["Müller.png", "café.png", "Ñandú.png"], "cp437"),
        (["naïve.png"], "cp437"),
        (["Müller.png"], "cp437"),
        (["plain.png", "two words.png"], "ascii"),
    ],
)
def test_names_without_the_flag_are_as_they_were_typed(tmp_path, names, encoding):
    path = zipped_raw(tmp_path / "old.zip", [name.encode(encoding) for name in names])
    assert names_in(path) == names


def test_all_names_of_a_zip_are_read_alike(tmp_path):
    names = ["日落.png", "隆.png"]
    raw = [name.encode("gb18030") for name in names]
    assert raw[1].decode("utf-8") == "¡.png"  # what it would be alone
    assert names_in(zipped_raw(tmp_path / "old.zip", raw)) == names


def test_info_zips_own_field_says_the_name(tmp_path):
    raw = b"?.png"
    path = zipped_raw(tmp_path / "info.zip", [raw], [unicode_path(raw, "日落.png")])
    assert names_in(path) == ["日落.png"]


@pytest.mark.parametrize(
    "extra",
    [unicode_path(b"other.png", "日落.png"), unicode_path(b"a.png", "日落.png", version=2),
     struct.pack("<HH", 0x7075, 3) + b"\1\2\3", b"\x75"],
    ids=["of an earlier name", "of a later version", "short", "one byte"],
)  # fmt: skip
def test_a_field_that_says_nothing_useful_is_ignored(tmp_path, extra):
    path = zipped_raw(tmp_path / "info.zip", [b"a.png"], [extra])
    assert names_in(path) == ["a.png"]


def test_damaged_lzma_is_a_reason_and_stops_nothing(tmp_path):
    path = tmp_path / "lzma.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("bad.png", bytes(range(256)) * 20)
        archive.writestr("good.png", b"y")
    data = bytearray(path.read_bytes())
    start = data.index(b"bad.png") + len("bad.png")
    data[start + 4 : start + 30] = b"\xff" * 26
    path.write_bytes(data)
    bad, good = listed(path)
    assert isinstance(bad, Skipped) and good == Found("lzma.zip/good.png", b"y")


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
