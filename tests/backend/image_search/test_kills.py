"""A process that is killed while it fills a collection leaves it as it was before, or complete."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from backend.image_search.collection import index_files
from backend.image_search.store import Store
from tests.backend.image_search.albums import FakeEncoder, album, filled
from tests.backend.image_search.conftest import KEY
from tests.serving import ROOT

NEW = 70  # pictures: three batches
# Where the process dies: just before the n-th statement that begins so.
FAIL_POINTS = {
    "before the first picture": ("INSERT OR IGNORE INTO pictures", 1),
    "among the pictures of a batch": ("INSERT OR IGNORE INTO pictures", 20),
    "between pictures and their vectors": ("INSERT OR REPLACE INTO vectors", 1),
    "before a batch is committed": ("COMMIT", 1),
    "after one batch, in the second": ("INSERT OR REPLACE INTO vectors", 40),
    "with all batches, before the collection": ("INSERT OR IGNORE INTO collections", 1),
    "among the members": ("INSERT OR REPLACE INTO members", 35),
    "before the version": ("UPDATE collections", 1),
    "before the last commit": ("COMMIT", 4),
    "never": ("nothing", 1),
}
BEFORE = {f"album.zip/{n}.png" for n in range(10)}
AFTER = BEFORE | {f"large.zip/{n}.png" for n in range(NEW)}


@pytest.fixture
def filled_folder(tmp_path: Path) -> Path:
    """A visitor's collection of ten pictures, and beside it a ZIP with more."""
    folder = tmp_path / "collections"
    filled(Store(KEY, folder), album(tmp_path, 10), FakeEncoder())
    album(tmp_path, NEW, "large.zip")
    return folder


def check_collection(folder: Path) -> set[str]:
    """The names in the collection, all of whose pictures, vectors and pages are whole."""
    store = Store(KEY, folder)
    members = store.members("trip")
    vectors = store.vectors(members, "m1", 3)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert all(store.jpeg(entry.key) for entry in members)
    with sqlite3.connect(store.path) as base:
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    return {entry.name for entry in members}


def test_a_kill_at_any_fail_point_leaves_the_collection_before_or_after(
    filled_folder: Path,
) -> None:
    command = [sys.executable, "-m", __spec__.name, str(filled_folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    died = json.loads(done.stdout)
    assert list(died) == list(FAIL_POINTS)
    for point, by_kill in died.items():
        assert by_kill == (point != "never"), point
        names = check_collection(filled_folder.parent / point)
        assert names == (BEFORE if by_kill else AFTER), point


@pytest.mark.slow  # twenty processes; the fail points above are where it can matter
def test_a_kill_at_a_random_moment_leaves_the_collection_before_or_after(
    filled_folder: Path,
) -> None:
    """Also within SQLite's own commit. Each child meets what the one before it left."""
    chance, killed = random.Random(5), 0
    whole = seconds_of(child(filled_folder.parent / "other", filled_folder.parent / "large.zip"))
    for _ in range(20):
        running = child(filled_folder, filled_folder.parent / "large.zip")
        time.sleep(chance.uniform(0, 1.1 * whole))
        is_killed = running.poll() is None
        whole *= 1 if is_killed else 0.8  # it was the machine that was slow before
        killed += is_killed
        running.kill()
        running.wait()
        names = check_collection(filled_folder)
        assert names in (BEFORE, AFTER)
        if names == AFTER:  # start again: half-filled caches are part of what is tested
            Store(KEY, filled_folder).remove("trip")
            filled(Store(KEY, filled_folder), album(filled_folder.parent, 10), FakeEncoder())
    assert killed >= 5, "the children were too fast to be killed"


def child(folder: Path, path: Path) -> subprocess.Popen[str]:
    """A process that is about to fill the collection in `folder`."""
    command = [sys.executable, "-m", __spec__.name, str(folder), str(path)]
    running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert running.stdout is not None and running.stdout.readline() == "ready\n"
    return running


def seconds_of(running: subprocess.Popen[str]) -> float:
    began = time.perf_counter()
    running.wait(120)
    return time.perf_counter() - began


# --- What the processes do ----------------------------------------------------------------------


def main(folder: Path, path: Path | None = None) -> None:
    """Fill the collection; without a path once for each fail point, in a copy of the folder."""
    if path is not None:
        print("ready", flush=True)
        fill(folder, path)
        return
    print(json.dumps({point: dies_at(point, folder) for point in FAIL_POINTS}))


def fill(folder: Path, path: Path) -> None:
    for _ in index_files(Store(KEY, folder), "trip", [(path.name, path)], FakeEncoder(), "m1"):
        pass


def dies_at(point: str, folder: Path) -> bool:
    """Fill a copy in a forked process that is killed at the point; whether it was."""
    copy = folder.parent / point
    shutil.copytree(folder, copy)
    process = os.fork()
    if process == 0:
        beginning, times = FAIL_POINTS[point]
        kill_before(beginning, times)
        fill(copy, folder.parent / "large.zip")
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == -signal.SIGKILL


def kill_before(beginning: str, times: int) -> None:
    """From now on this process is killed before the n-th SQL statement that begins so."""
    left = iter(range(times - 1, -1, -1))
    connect = sqlite3.connect

    def watched(*given: object, **options: object) -> sqlite3.Connection:
        base: sqlite3.Connection = connect(*given, **options)  # type: ignore[call-overload]
        base.set_trace_callback(lambda statement: on_statement(statement, beginning, left))
        return base

    sqlite3.connect = watched  # type: ignore[assignment]


def on_statement(statement: str, beginning: str, left: Iterator[int]) -> None:
    if statement.startswith(beginning) and next(left) == 0:
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:]))
