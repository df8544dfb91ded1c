"""The captions' ZIP unpacks on every system, each text beside its picture."""

from __future__ import annotations

import io
import zipfile

import pytest

from backend.captioning import portable_names
from backend.captioning.export import as_texts
from backend.captioning.portable_names import unique_paths
from backend.captioning.results import Batch, Row


def texts(*names):
    return unique_paths(names, ".txt")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("cat.png", "cat.txt"),
        ("album.zip/fruit/apple.webp", "album.zip/fruit/apple.txt"),
        ("sub\\two.png", "sub/two.txt"),
        ("=1.png", "=1.txt"),
        ("two words.v2.png", "two words.v2.txt"),
        ("cat..png", "cat..txt"),
        ("日落.png", "日落.txt"),
        (".hidden.png", ".hidden.txt"),
        ("console.png", "console.txt"),
        ("com10.png", "com10.txt"),
        ("null.png", "null.txt"),
    ],
)
def test_names_that_any_system_can_write_stay(name, text):
    assert texts(name) == [text]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("con.png", "_con.txt"),
        ("NUL.png", "_NUL.txt"),
        ("com1.png", "_com1.txt"),
        ("lpt².png", "_lpt².txt"),
        ("aux .png", "_aux .txt"),
        ("CON.2024.png", "_CON.2024.txt"),
        ("prn/cat.png", "_prn/cat.txt"),
        ("dir./cat.png", "dir/cat.txt"),
        ("dir . /cat.png", "dir/cat.txt"),
        ("... /cat.png", "_/cat.txt"),
        ("10:30 sky.png", "10_30 sky.txt"),
        ('a<b>|?*".png', "a_b_____.txt"),
        ("a\nb\x7f.png", "a_b_.txt"),
        ("\ud800.png", "_.txt"),
        ("", "_.txt"),
        ("/", "_.txt"),
        ("../../up.png", "up.txt"),
        ("/etc/up.png", "etc/up.txt"),
        ("C:\\up.png", "C_/up.txt"),
    ],
)
def test_names_that_windows_cannot_write_are_changed_as_little_as_possible(name, text):
    assert texts(name) == [text]


def test_names_that_meet_on_windows_or_a_mac_are_numbered():
    assert texts("Cat.png", "cat.png", "CAT.jpg") == ["Cat.txt", "cat-2.txt", "CAT-3.txt"]
    assert texts("caf\u00e9.png", "cafe\u0301.png") == ["caf\u00e9.txt", "cafe\u0301-2.txt"]
    assert texts("Sub/a.png", "sub/A.png") == ["Sub/a.txt", "sub/A-2.txt"]
    assert texts("a:.png", "a?.png", "a_.png") == ["a_.txt", "a_-2.txt", "a_-3.txt"]
    assert texts("a.png", "a-2.png", "a.jpg") == ["a.txt", "a-2.txt", "a-3.txt"]


def test_a_file_and_a_folder_of_one_name_do_not_meet():
    assert texts("a.png", "A.txt/b.png") == ["a-2.txt", "A.txt/b.txt"]


def test_the_zip_has_every_caption_once(tmp_path):
    names = ["Cat.png", "cat.png", "con.png", "日落.png", "a./b.png"]
    batch = Batch(tuple(Row(name, f"of {name}", 0.5) for name in names), (), len(names))
    with zipfile.ZipFile(io.BytesIO(as_texts(batch))) as archive:
        archive.extractall(tmp_path)
        assert archive.read("cat-2.txt").decode() == "of cat.png\n"
        assert archive.read("日落.txt").decode() == "of 日落.png\n"
        assert len({name.casefold() for name in archive.namelist()}) == len(names) + 1


def test_many_of_one_name_take_a_few_looks_each(monkeypatch):
    looked = []
    key = portable_names._key
    monkeypatch.setattr(portable_names, "_key", lambda path: looked.append(path) or key(path))
    named = texts(*["cat.png"] * 500)
    assert named[:3] == ["cat.txt", "cat-2.txt", "cat-3.txt"] and len(set(named)) == 500
    assert len(looked) < 10 * 500
