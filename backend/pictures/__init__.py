"""Pictures from outside: read safely, one at a time or many from files and ZIPs.

Nothing here needs a model. Every tab that takes a picture reads it through `read_picture`.
"""

from backend.pictures.archives import Found, Skipped, check_paths, count_files, find_pictures
from backend.pictures.normalising import on_white
from backend.pictures.reading import (
    MAX_PIXELS,
    as_square,
    read_picture,
    read_png_texts,
    read_small_picture,
    shrink,
)

__all__ = [
    "MAX_PIXELS",
    "Found",
    "Skipped",
    "as_square",
    "check_paths",
    "count_files",
    "find_pictures",
    "on_white",
    "read_picture",
    "read_png_texts",
    "read_small_picture",
    "shrink",
]
