"""Requests that name files, as they cross to a machine that has none of them."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from backend import cache_folder
from backend.errors import ModelError
from backend.executors import parcel
from backend.executors.parcel import Parcel, pack


@dataclass(frozen=True)
class Asked:
    """A request with uploads in it."""

    uploads: list[tuple[str, Path]]
    film: Path


@pytest.fixture
def uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    monkeypatch.setattr(cache_folder.tempfile, "tempdir", str(tmp_path / "there"))
    (tmp_path / "there").mkdir()
    album, film = tmp_path / "album.zip", tmp_path / "film.mp4"
    album.write_bytes(b"an album")
    film.write_bytes(b"a film")
    return album, film


def crossed(value: Any) -> Parcel:
    made: Parcel = pickle.loads(pickle.dumps(pack(value)))
    return made


def test_files_arrive_with_their_endings_and_are_gone_with_the_run(
    uploads: tuple[Path, Path],
) -> None:
    album, film = uploads
    sent = crossed(Asked([("mine", album), ("again", album)], film))
    for one in uploads:
        one.unlink()  # the other machine has none of them
    with sent.opened() as asked:
        (_, first), (_, again) = asked.uploads
        assert first == again and first.suffix == ".zip" and first.read_bytes() == b"an album"
        assert asked.film.suffix == ".mp4" and asked.film.read_bytes() == b"a film"
        assert first.parent.stat().st_mode & 0o777 == 0o700
    assert not first.exists() and not first.parent.exists()


def test_a_request_without_files_needs_no_disk(
    uploads: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parcel, "private_folder", None)
    with crossed(("a text", [1, 2])).opened() as asked:
        assert asked == ("a text", [1, 2])


def test_a_file_that_has_gone_is_missed_there_as_it_would_be_here(
    uploads: tuple[Path, Path],
) -> None:
    uploads[1].unlink()
    with crossed(uploads).opened() as (album, film):
        assert album.exists() and not film.exists()


def test_what_is_too_large_says_so_before_a_file_is_read(
    uploads: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with uploads[0].open("wb") as file:
        file.truncate(3_000_001)  # no block of it is on the disk
    monkeypatch.setattr(parcel, "MAX_BYTES", 3_000_000)
    monkeypatch.setattr(parcel, "_read", None)
    with pytest.raises(ModelError, match="4 MB are more than the 3 MB"):
        pack(uploads)


def test_a_machine_without_room_for_them_says_so(
    uploads: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = crossed(uploads)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(ModelError, match=r"could not keep the uploaded files .*No space left"):
        sent.opened().__enter__()
