"""A load that failed, in words."""

from __future__ import annotations

import re

from backend.errors import ModelError, ShowTellError
from backend.models.registry import ModelSpec

FOLDERS = r"(?<![\w:/])/(?:[^\s/'\"]+/)+"  # the folders of an absolute path, not of a URL


def as_load_error(spec: ModelSpec, error: BaseException) -> ModelError:
    """The failure in words: which model, and why."""
    cause = error.message if isinstance(error, ShowTellError) else first_line(error)
    return ModelError("fell_load", model=spec.name, cause=cause)


def first_line(error: BaseException) -> str:
    """An exception's kind and first line, without folders: visitors of a public host read it."""
    lines = str(error).strip().splitlines()
    if not lines:
        return type(error).__name__
    return f"{type(error).__name__}: {re.sub(FOLDERS, '', lines[0])[:200]}"
