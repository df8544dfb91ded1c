"""Folders of this machine: where they are, whose they are, and what a killed process leaves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from backend import cache_folder
from backend.cache_folder import cache_root, folder_of_this_run, private_folder

HOLD = """
import sys, time
from pathlib import Path
from backend.cache_folder import folder_of_this_run
with folder_of_this_run(Path(sys.argv[1])) as folder:
    (folder / "picture.png").write_bytes(b"a visitor's")
    print(folder, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """In place of the machine's own folder for temporary files."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    cache_folder._say_once.cache_clear()
    return tmp_path


def test_a_folder_that_cannot_be_written_to_falls_back_aloud(
    temporary: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = temporary / "a file"
    blocked.touch()
    monkeypatch.setenv("SHOW_AND_TELL_CACHE", str(blocked / "cache"))
    assert cache_root().parent == temporary
    assert cache_root() == cache_root()
    [said] = [record.getMessage() for record in caplog.records]
    assert str(blocked) in said and str(cache_root()) in said


def test_only_this_user_can_read_it(temporary: Path) -> None:
    assert private_folder("cache").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("trap", ["link", "open to all"])
def test_what_somebody_else_has_laid_there_is_not_used(temporary: Path, trap: str) -> None:
    place = private_folder("cache")
    place.rmdir()
    elsewhere = temporary / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    if trap == "link":
        place.symlink_to(elsewhere)
    else:
        place.mkdir()
        place.chmod(0o777)
    mine = private_folder("cache")
    assert mine != place and mine.stat().st_mode & 0o777 == 0o700
    assert list(elsewhere.iterdir()) == []


def test_a_run_leaves_nothing_and_the_next_one_sweeps_after_a_kill(tmp_path: Path) -> None:
    with folder_of_this_run(tmp_path) as folder:
        (folder / "result.png").touch()
    assert list(tmp_path.iterdir()) == []
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    left = Path(process.stdout.readline().strip())
    with folder_of_this_run(tmp_path):
        assert (left / "picture.png").exists()  # in use
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    with folder_of_this_run(tmp_path) as folder:
        assert not left.exists()
        assert {one.name for one in tmp_path.iterdir()} == {folder.name, folder.name + ".lock"}
