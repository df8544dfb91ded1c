"""Whether a disk has room for what is about to be written, and a sentence where it has not."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

from backend.errors import ModelError
from backend.units import bytes_in_words

# What OpenVINO says, which gives no number: C++'s words for a file that takes no more.
SIGN = "basic_ios::clear"
FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))  # the disk, or a user's share of it


def require_room(folder: Path, needed: int, what: str) -> None:
    """Raise ModelError unless the folder's disk has that many bytes free for `what`."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise no_room(what, needed, free)


def no_room(what: str, needed: int, free: int) -> ModelError:
    """A full disk as an error for people: what it was for, and how many bytes are needed."""
    room = {"needed": bytes_in_words(needed), "free": bytes_in_words(free)}
    return ModelError("no_disk_space", what=what, **room)


def is_disk_full(error: BaseException | None) -> bool:
    """Whether that, or what it came from, was a disk without room."""
    while error is not None:
        if getattr(error, "errno", None) in FULL or SIGN in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False
