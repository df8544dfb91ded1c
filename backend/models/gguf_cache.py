"""Weights packed as GGUF, unpacked once into a folder of the user's cache.

Two forms: plain safetensors, for what transformers runs, and a graph, for what OpenVINO runs
(`backend/models/llama`). transformers can read GGUF itself, but takes about 20 s each time and
marks the model as quantized, so that it refuses `.float()`. A model built from the same config with
the same weights has neither flaw. That copy is bfloat16: half the size of float32 to read at start,
and its rounding (2^-9) is far finer than the 4-bit steps of the weights.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from filelock import FileLock

from backend.cache_folder import cache_root
from backend.disk_space import is_disk_full, no_room, require_room
from backend.errors import ModelError, is_out_of_memory
from backend.models import checksums

log = logging.getLogger(__name__)
T = TypeVar("T")

PLAIN, GRAPH = "v1", "graph-v3"  # forms; a new name whenever what is written in one changes
COMPILED = "compiled"  # in a copy: the folder of what loading makes
NEEDED_TIMES = 4  # the size of the GGUF file: the larger form with what is compiled of it
Convert = Callable[[Path, Path], None]  # (the GGUF file, the folder to make)


def folder_for(gguf: Path, form: str) -> Path:
    """Where this file's unpacked copy lies; its name changes with the file and the form."""
    return cache_root() / f"{gguf.stem}-{gguf.stat().st_size}-{form}"


def is_unpacked(gguf: Path, form: str) -> bool:
    return folder_for(gguf, form).is_dir()


def is_ready(gguf: Path, form: str) -> bool:
    """Whether the copy is there with all that its first load makes."""
    folder = folder_for(gguf, form)
    return folder.is_dir() and (form == PLAIN or any((folder / COMPILED).glob("*")))


def unpacked(gguf: Path, form: str, convert: Convert) -> Path:
    """The folder with the unpacked copy, made if need be; safe with several processes at once."""
    folder = folder_for(gguf, form)
    with FileLock(f"{folder}.lock"):
        if not folder.is_dir():
            _convert_into(gguf, folder, convert)
    return folder


def load_unpacked(gguf: Path, form: str, convert: Convert, load: Callable[[Path], T]) -> T:
    """`load` the unpacked copy; one that is damaged or does not load is made once more.

    Raises ModelError where the disk has no room for it.
    """
    _remove_damaged(gguf, form)
    had_copy = is_unpacked(gguf, form)
    try:
        return _load_checked(unpacked(gguf, form, convert), load)
    except ModelError:
        raise
    except Exception as error:  # any way in which a damaged file fails to parse
        if not had_copy or is_out_of_memory(error):
            raise
        log.warning("the unpacked copy of %s is broken, unpacking again: %s", gguf.name, error)
        discard(gguf, form)
        return _load_checked(unpacked(gguf, form, convert), load)


def _load_checked(folder: Path, load: Callable[[Path], T]) -> T:
    """Load, and note the sums of what is there now, also of what loading has made."""
    loaded = load(folder)
    checksums.record(folder)
    return loaded


def _remove_damaged(gguf: Path, form: str) -> None:
    """Remove what is not as it was made: of what loading makes the file, else the whole copy."""
    folder = folder_for(gguf, form)
    with FileLock(f"{folder}.lock"):
        wrong = checksums.damaged(folder)
        if wrong:
            log.warning("damaged in the cache, made again: %s", ", ".join(f.name for f in wrong))
        if all(file.parent.name == COMPILED for file in wrong):
            for file in wrong:
                file.unlink(missing_ok=True)
        else:
            shutil.rmtree(folder, ignore_errors=True)


def discard(gguf: Path, form: str) -> None:
    """Remove a copy that turned out broken."""
    folder = folder_for(gguf, form)
    with FileLock(f"{folder}.lock"):
        shutil.rmtree(folder, ignore_errors=True)


def _convert_into(gguf: Path, folder: Path, convert: Convert) -> None:
    """Write beside the target, then rename: a kill in between leaves no half-written copy."""
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)  # of a process that was killed
    needed = NEEDED_TIMES * gguf.stat().st_size
    require_room(folder.parent, needed, gguf.stem)
    try:
        convert(gguf, partial)
        checksums.record(partial)
        partial.replace(folder)
    except Exception as error:
        free = shutil.disk_usage(folder.parent).free
        if is_disk_full(error) or free < needed // NEEDED_TIMES:  # libraries name no reason
            raise no_room(gguf.stem, needed, free) from error
        raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)
