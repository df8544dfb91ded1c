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
from backend.errors import is_out_of_memory

log = logging.getLogger(__name__)
T = TypeVar("T")

PLAIN, GRAPH = "v1", "graph-v2"  # forms; a new name whenever what is written in one changes
Convert = Callable[[Path, Path], None]  # (the GGUF file, the folder to make)


def folder_for(gguf: Path, form: str) -> Path:
    """Where this file's unpacked copy lies; its name changes with the file and the form."""
    return cache_root() / f"{gguf.stem}-{gguf.stat().st_size}-{form}"


def is_unpacked(gguf: Path, form: str) -> bool:
    return folder_for(gguf, form).is_dir()


def unpacked(gguf: Path, form: str, convert: Convert) -> Path:
    """The folder with the unpacked copy, made if need be; safe with several processes at once."""
    folder = folder_for(gguf, form)
    with FileLock(f"{folder}.lock"):
        if not folder.is_dir():
            _convert_into(gguf, folder, convert)
    return folder


def load_unpacked(gguf: Path, form: str, convert: Convert, load: Callable[[Path], T]) -> T:
    """`load` the unpacked copy; one that does not load (a full disk, say) is made once more."""
    had_copy = is_unpacked(gguf, form)
    try:
        return load(unpacked(gguf, form, convert))
    except Exception as error:  # any way in which a damaged file fails to parse
        if not had_copy or is_out_of_memory(error):
            raise
        log.warning("the unpacked copy of %s is broken, unpacking again: %s", gguf.name, error)
        discard(gguf, form)
        return load(unpacked(gguf, form, convert))


def discard(gguf: Path, form: str) -> None:
    """Remove a copy that turned out broken."""
    folder = folder_for(gguf, form)
    with FileLock(f"{folder}.lock"):
        shutil.rmtree(folder, ignore_errors=True)


def _convert_into(gguf: Path, folder: Path, convert: Convert) -> None:
    """Write beside the target, then rename: a kill in between leaves no half-written copy."""
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)  # of a process that was killed
    try:
        convert(gguf, partial)
        partial.replace(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
