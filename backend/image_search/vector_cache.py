"""Vectors of what comes with the app, kept in the user's cache folder from one start to the next.

A file is named by the model's identity and a hash of what was encoded: another model, other weights
or other pictures are another file, and a half-written one is none.
"""

from __future__ import annotations

import hashlib
import os
from functools import cache
from pathlib import Path

import numpy as np

from backend.cache_folder import cache_root
from backend.models.registry import ModelSpec
from backend.models.sources import Asset

FORMAT = 1  # raise it when what is kept changes


@cache
def identity_of(spec: ModelSpec) -> str:
    """Names the weights: by a hub's revision, or a hash of the files that come with the app."""
    digest = hashlib.sha256(repr((FORMAT, spec.id, spec.source)).encode())
    if isinstance(spec.source, Asset):
        for file in sorted(spec.source.fetch().iterdir()):
            if file.suffix != ".md":  # what is written about the weights does not change them
                digest.update(file.read_bytes())
    return f"{spec.id}-{digest.hexdigest()[:16]}"


def cached_file(spec: ModelSpec, what: str) -> Path:
    """Where this model's vectors of `what` (its name and the hash of its content) are kept."""
    return cache_root() / "search" / f"{identity_of(spec)}-{what}.npy"


def read_vectors(file: Path) -> np.ndarray | None:
    """The vectors float32 [N, D], or None where there are none or the file is broken."""
    try:
        return np.load(file, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None


def write_vectors(file: Path, vectors: np.ndarray) -> None:
    """Written beside the target, then renamed. A full disk costs the next start, not this run."""
    partial = file.with_name(f"{file.name}.{os.getpid()}.partial")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as out:
            np.save(out, vectors, allow_pickle=False)
        partial.replace(file)
    except OSError:
        partial.unlink(missing_ok=True)
