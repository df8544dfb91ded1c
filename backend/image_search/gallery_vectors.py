"""The gallery's vectors that come with the app, so that the first search encodes no picture.

A safetensors file beside the gallery, one for each model that has one. Its header says which
weights made it (`vector_cache.identity_of`) and of which pictures: of others it is not used.
`python -m training.gallery_vectors` makes it.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from backend import gallery
from backend.image_search import vector_cache

if TYPE_CHECKING:
    import numpy as np

    from backend.models.registry import ModelSpec

log = logging.getLogger(__name__)


def file_for(spec: ModelSpec, folder: Path = gallery.FOLDER) -> Path:
    """Where this row's vectors of the gallery lie, if it has any."""
    return folder / f"{spec.id}.safetensors"


def write(file: Path, spec: ModelSpec, vectors: np.ndarray) -> None:
    """The vectors float32 [N, D], with what they were made by and of."""
    from safetensors.numpy import save_file

    save_file({"vectors": vectors}, file, metadata=_origin(spec))


def read(file: Path, spec: ModelSpec) -> np.ndarray | None:
    """The vectors float32 [N, D]; None where there are none of these weights and pictures. What is
    there and cannot be used is said in the log."""
    from safetensors import SafetensorError, safe_open

    if not file.is_file():
        return None
    try:
        with safe_open(file, framework="numpy") as opened:
            found, vectors = opened.metadata(), opened.get_tensor("vectors")
    except (OSError, SafetensorError) as error:
        log.warning("%s cannot be read (%s): the gallery is encoded here", file.name, error)
        return None
    wrong = [name for name, value in _origin(spec).items() if (found or {}).get(name) != value]
    if wrong:
        log.warning("%s is of another %s: the gallery is encoded here", file.name, wrong[0])
        return None
    return vectors


def _origin(spec: ModelSpec) -> dict[str, str]:
    return {"model": vector_cache.identity_of(spec), "gallery": gallery.content_hash()}
