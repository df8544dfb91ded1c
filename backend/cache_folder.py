"""Where what is made once on this machine is kept, and what this process needs for a while."""

from __future__ import annotations

import getpass
import logging
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import platformdirs
from filelock import FileLock, Timeout

log = logging.getLogger(__name__)
NAME = "show-and-tell"


def cache_root() -> Path:
    """SHOW_AND_TELL_CACHE, or the platform's cache folder. Where that cannot be written to, as on
    hosts with a read-only home, a temporary folder of this user's own, and the log says so."""
    named = os.environ.get("SHOW_AND_TELL_CACHE")
    root = Path(named) if named else platformdirs.user_cache_path(NAME)
    problem = _writing_problem(root)
    if not problem:
        return root
    instead = private_folder("cache")
    _say_once(root, problem, instead)
    return instead


def private_folder(name: str) -> Path:
    """A folder among the temporary ones that only this user can read or have made: one that
    somebody else has laid there is not used."""
    folder = Path(tempfile.gettempdir()) / f"{NAME}-{_user()}-{name}"
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        if not _is_ours(folder):
            return Path(tempfile.mkdtemp(prefix=f"{NAME}-{name}-"))
    return folder


@contextmanager
def folder_of_this_run(root: Path) -> Iterator[Path]:
    """A folder for uploads and results, gone when the block ends.

    A process that was killed leaves its own behind. It also leaves its lock free, by which the next
    one knows that nobody uses the folder any more.
    """
    root.mkdir(parents=True, exist_ok=True)
    _sweep(root)
    folder = root / f"run-{secrets.token_hex(8)}"
    # Locked before it is there: another process's sweep that comes between finds nothing to remove.
    # The block may end on another thread than it began on.
    with FileLock(_lock_of(folder), thread_local=False):
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    _lock_of(folder).unlink(missing_ok=True)


def _sweep(root: Path) -> None:
    """Remove what processes that are gone have left."""
    for lock in root.glob("run-*.lock"):
        try:
            with FileLock(lock, timeout=0):
                shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
        except (Timeout, OSError):  # in use, or another user's
            continue
        lock.unlink(missing_ok=True)


def _lock_of(folder: Path) -> Path:
    return folder.with_name(folder.name + ".lock")


def _writing_problem(root: Path) -> str:
    """Why nothing can be written there; empty if it can."""
    try:
        root.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=root).close()  # a folder that is there may still be read-only
    except OSError as error:
        return error.strerror or type(error).__name__
    return ""


@cache
def _say_once(root: Path, problem: str, instead: Path) -> None:
    log.warning("%s cannot be written to (%s): what is made is kept in %s", root, problem, instead)


def _is_ours(folder: Path) -> bool:
    """No link, made by this user, closed to others. Windows keeps temporary folders per user."""
    found = folder.lstat()
    if not hasattr(os, "getuid"):
        return folder.is_dir()
    is_folder = folder.is_dir() and not folder.is_symlink()
    return is_folder and found.st_uid == os.getuid() and not found.st_mode & 0o077


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a container's user without a name
        return str(os.getuid()) if hasattr(os, "getuid") else "user"
