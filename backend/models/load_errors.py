"""A load that failed, in words."""

from __future__ import annotations

import re

from backend.errors import ModelError, ShowTellError, is_out_of_memory
from backend.models.hub.failures import Unwanted
from backend.models.registry import ModelSpec

FOLDERS = r"(?<![\w:/])/(?:[^\s/'\"]+/)+"  # the folders of an absolute path, not of a URL


def mended(spec: ModelSpec, error: BaseException) -> BaseException:
    """The error; where it came of a file that was damaged on this disk, one that says so. The file
    is deleted, so that the next load fetches it again."""
    if isinstance(error, ShowTellError | Unwanted) or is_out_of_memory(error):
        return error
    try:
        thrown = spec.source.throw_away_damage()
    except OSError:
        return error
    return ModelError("hub_damaged_here", file=", ".join(thrown)) if thrown else error


def as_load_error(spec: ModelSpec, error: BaseException) -> ModelError:
    """The failure in words: which model, and why."""
    if isinstance(error, Unwanted):
        error = ModelError("hub_stopped")
    cause = error.message if isinstance(error, ShowTellError) else first_line(error)
    return ModelError("fell_load", model=spec.name, cause=cause)


def first_line(error: BaseException) -> str:
    """An exception's kind and first line, without folders: visitors of a public host read it."""
    lines = str(error).strip().splitlines()
    if not lines:
        return type(error).__name__
    return f"{type(error).__name__}: {re.sub(FOLDERS, '', lines[0])[:200]}"
