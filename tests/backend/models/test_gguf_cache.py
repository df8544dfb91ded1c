"""Converted once, whole or not at all, wherever the cache can be written."""

import errno
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from backend import cache_folder, disk_space
from backend.errors import ModelError
from backend.models import gguf_cache
from backend.models.checksums import RECORD
from backend.models.gguf_cache import COMPILED, GRAPH, PLAIN
from tests.backend.fakes import PATIENCE, in_threads

ROOT = Path(__file__).resolve().parents[3]


class Converter:
    """Counts, writes one file, fails when told to."""

    def __init__(self):
        self.calls, self.error = 0, None

    def __call__(self, gguf, target):
        self.calls += 1
        target.mkdir()
        (target / "half").write_text("1")
        if self.error:
            raise self.error
        (target / "half").rename(target / "whole")


@pytest.fixture
def converter():
    return Converter()


@pytest.fixture
def cache(monkeypatch, tmp_path):
    monkeypatch.setenv("SHOW_AND_TELL_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def gguf(tmp_path):
    path = tmp_path / "Model.Q4_1.gguf"
    path.write_bytes(b"packed")
    return path


def names(folder):
    """What lies in the cache, lock files and checksums aside."""
    found = (path for path in folder.iterdir() if path.suffix != ".lock")
    return [path.name for path in found if path.name != RECORD]


def test_the_first_ask_converts_and_later_ones_find_the_copy(cache, gguf, converter):
    assert not gguf_cache.is_unpacked(gguf, PLAIN)
    folder = gguf_cache.unpacked(gguf, PLAIN, converter)
    assert gguf_cache.is_unpacked(gguf, PLAIN)
    assert gguf_cache.unpacked(gguf, PLAIN, converter) == folder
    assert names(cache) == [folder.name]
    assert names(folder) == ["whole"]
    assert converter.calls == 1


def test_threads_asking_at_once_cause_one_conversion(cache, gguf, converter):
    folders = in_threads(8, lambda _: gguf_cache.unpacked(gguf, PLAIN, converter))
    assert len(set(folders)) == 1
    assert converter.calls == 1


def test_another_file_or_form_gets_a_copy_of_its_own(cache, gguf, converter):
    folders = {gguf_cache.unpacked(gguf, PLAIN, converter)}
    gguf.write_bytes(b"packed again")
    folders.add(gguf_cache.unpacked(gguf, PLAIN, converter))
    folders.add(gguf_cache.unpacked(gguf, GRAPH, converter))
    assert len(folders) == converter.calls == 3


def test_a_failing_conversion_leaves_nothing_and_is_tried_again(cache, gguf, converter):
    converter.error = OSError("no space left on device")
    with pytest.raises(OSError, match="no space left"):
        gguf_cache.unpacked(gguf, PLAIN, converter)
    assert names(cache) == []
    converter.error = None
    assert names(gguf_cache.unpacked(gguf, PLAIN, converter)) == ["whole"]


def test_a_discarded_copy_is_made_anew(cache, gguf, converter):
    gguf_cache.unpacked(gguf, PLAIN, converter)
    gguf_cache.discard(gguf, PLAIN)
    assert not gguf_cache.is_unpacked(gguf, PLAIN)
    gguf_cache.unpacked(gguf, PLAIN, converter)
    assert converter.calls == 2


# --- A full disk --------------------------------------------------------------------------------


def test_a_disk_without_room_is_named_before_anything_is_written(
    cache, gguf, converter, monkeypatch
):
    gguf.write_bytes(bytes(2_000_000))
    monkeypatch.setattr(
        disk_space.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(9, 9, 0)
    )
    with pytest.raises(ModelError, match=r"Model\.Q4_1 needs 8\.0 MB there, and 0 B are free"):
        gguf_cache.unpacked(gguf, PLAIN, converter)
    assert converter.calls == 0


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "full"), OSError(errno.EDQUOT, "full")])
def test_a_disk_that_fills_meanwhile_is_named(cache, gguf, converter, error):
    converter.error = error
    with pytest.raises(ModelError, match="disk for its cache is full") as caught:
        gguf_cache.load_unpacked(gguf, PLAIN, converter, lambda _: None)
    assert str(cache) not in str(caught.value)
    assert names(cache) == []


def test_a_library_that_gives_no_reason_on_a_full_disk(cache, gguf, converter, monkeypatch):
    free = iter([10**12, 0])
    monkeypatch.setattr(
        disk_space.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(9, 9, next(free))
    )
    converter.error = RuntimeError("basic_ios::clear: iostream error")
    with pytest.raises(ModelError, match="disk for its cache is full"):
        gguf_cache.unpacked(gguf, GRAPH, converter)


# --- Damage -------------------------------------------------------------------------------------


def compiling(folder):
    """Loads as OpenVINO does: what it compiles is written once, and read from then on."""
    blob = folder / COMPILED / "graph.blob"
    blob.parent.mkdir(exist_ok=True)
    if not blob.exists():
        blob.write_bytes(b"compiled")
    return blob.read_bytes()


def damage(file):
    """Other bytes, as many as before."""
    file.write_bytes(b"\x07" * file.stat().st_size)


def test_damage_in_what_was_compiled_is_noticed_and_only_that_made_again(cache, gguf, converter):
    gguf_cache.load_unpacked(gguf, GRAPH, converter, compiling)
    blob = gguf_cache.folder_for(gguf, GRAPH) / COMPILED / "graph.blob"
    damage(blob)
    assert gguf_cache.load_unpacked(gguf, GRAPH, converter, compiling) == b"compiled"
    assert converter.calls == 1
    damage(blob)  # its sum was noted again
    assert gguf_cache.load_unpacked(gguf, GRAPH, converter, compiling) == b"compiled"


@pytest.mark.parametrize("harm", [damage, Path.unlink])
def test_damage_in_the_copy_itself_is_noticed_and_it_is_made_again(cache, gguf, converter, harm):
    gguf_cache.load_unpacked(gguf, GRAPH, converter, compiling)
    harm(gguf_cache.folder_for(gguf, GRAPH) / "whole")
    gguf_cache.load_unpacked(gguf, GRAPH, converter, compiling)
    assert converter.calls == 2
    assert (gguf_cache.folder_for(gguf, GRAPH) / "whole").read_text() == "1"


@pytest.mark.parametrize("harm", [damage, Path.unlink])
def test_a_copy_without_sums_is_believed_and_gets_them(cache, gguf, converter, harm):
    gguf_cache.load_unpacked(gguf, GRAPH, converter, compiling)
    sums = gguf_cache.folder_for(gguf, GRAPH) / RECORD
    before = sums.read_text()
    harm(sums)
    gguf_cache.load_unpacked(gguf, GRAPH, converter, compiling)
    assert converter.calls == 1 and sums.read_text() == before


# --- Several processes --------------------------------------------------------------------------

PROCESS = """
import sys
from pathlib import Path
from backend.models import gguf_cache

def convert(gguf, target):
    target.mkdir()
    (target / "half").write_text("1")
    print("converting", flush=True)
    sys.stdin.readline()
    (target / "half").rename(target / "whole")

print("asking", flush=True)
gguf_cache.unpacked(Path(sys.argv[1]), gguf_cache.PLAIN, convert)
print("done", flush=True)
"""


def start_process(gguf):
    """A process that asks for the copy, and if it converts, waits in the middle for a line."""
    return subprocess.Popen(
        [sys.executable, "-c", PROCESS, str(gguf)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_processes_asking_at_once_cause_one_conversion(cache, gguf):
    processes = [start_process(gguf) for _ in range(3)]
    for process in processes:
        assert process.stdout.readline() == "asking\n"
    for process in processes:
        process.stdin.write("go on\n")
        process.stdin.flush()
    said = [process.stdout.read() for process in processes]
    assert sorted(said) == ["converting\ndone\n", "done\n", "done\n"]
    assert names(cache) == [gguf_cache.folder_for(gguf, PLAIN).name]


def test_a_kill_in_mid_conversion_leaves_nothing_half_written(cache, gguf, converter):
    process = start_process(gguf)
    assert process.stdout.readline() == "asking\n"
    assert process.stdout.readline() == "converting\n"
    process.kill()
    process.communicate(timeout=PATIENCE)
    assert not gguf_cache.is_unpacked(gguf, PLAIN)
    folder = gguf_cache.unpacked(gguf, PLAIN, converter)
    assert names(folder) == ["whole"]
    assert names(cache) == [folder.name]  # what the killed process had written is gone too


# --- A cache that cannot be written -------------------------------------------------------------


@pytest.fixture
def temporary(monkeypatch, tmp_path):
    """The system's temporary folder, for this test alone."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_a_cache_that_cannot_be_made_falls_to_the_temporary_folder(
    monkeypatch, temporary, gguf, converter
):
    monkeypatch.setenv("SHOW_AND_TELL_CACHE", str(gguf / "below-a-file"))
    assert gguf_cache.unpacked(gguf, PLAIN, converter).parent == cache_folder.private_folder(
        "cache"
    )
    assert cache_folder.private_folder("cache").parent == temporary


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs Linux's /proc")
def test_a_cache_that_is_there_but_read_only_falls_to_the_temporary_folder(
    monkeypatch, temporary, gguf, converter
):
    monkeypatch.setenv("SHOW_AND_TELL_CACHE", "/proc")  # read-only even to root
    assert gguf_cache.unpacked(gguf, PLAIN, converter).parent == cache_folder.private_folder(
        "cache"
    )
    assert cache_folder.private_folder("cache").parent == temporary


def test_without_a_named_folder_the_platforms_own_is_used(monkeypatch, tmp_path):
    monkeypatch.delenv("SHOW_AND_TELL_CACHE", raising=False)
    monkeypatch.setattr("platformdirs.user_cache_path", lambda name: tmp_path / name)
    assert cache_folder.cache_root() == tmp_path / "show-and-tell"
