"""The folder of all visitors' collections: what nobody uses goes, and there is room for all.

A file is deleted when it was not used for a day (its modification time says when it was). The clock
may be set meanwhile: then the files' times are moved by as much, so that none seems old or future.
"""

from __future__ import annotations

import logging
import os
import time
from pathlib import Path

log = logging.getLogger(__name__)
UNUSED_SECONDS = 24 * 3600.0  # after which a file is deleted
MAX_BYTES = 20_000_000_000  # of all visitors' collections together
IN_USE_SECONDS = 900.0  # since its last use, in which a file does not make room for others
JUMP_SECONDS = 60.0  # by which the clock may drift
CLOCK = "clock"  # a file that was touched when the folder was last looked through

# Of each folder: the clock, and the time that runs evenly, when it was last looked through.
_looked: dict[Path, tuple[float, float]] = {}


def tidy(folder: Path) -> None:
    """Look the folder through before it is used."""
    if folder.is_dir():
        _move_with_the_clock(folder)
        remove_old(folder)


def use(file: Path) -> None:
    """Make the file if it is not there, for this user alone, and note that it is used now."""
    file.touch(mode=0o600)
    now = time.time()  # the clock by which its age is told
    os.utime(file, (now, now))


def remove_old(folder: Path, now: float | None = None) -> None:
    """Delete the files that nobody has used for a day."""
    now = time.time() if now is None else now
    for file in folder.glob("*.sqlite*"):
        try:
            if now - file.stat().st_mtime > UNUSED_SECONDS:
                file.unlink()
        except FileNotFoundError:
            continue  # another process was faster


def make_room(folder: Path, used: Path) -> bool:
    """Whether there is room for more in the file `used`; the least recently used files of others
    make it, unless they are in use."""
    sizes = {file: _stat(file) for file in folder.glob("*.sqlite*")}
    total = sum(stat.st_size for stat in sizes.values() if stat)
    oldest = sorted((stat.st_mtime, file) for file, stat in sizes.items() if stat and file != used)
    for last_used, file in oldest:
        if total < MAX_BYTES or time.time() - last_used < IN_USE_SECONDS:
            break
        stat = sizes[file]
        total -= stat.st_size if stat else 0
        file.unlink(missing_ok=True)
        log.warning("the collections take too much room: those unused for longest are deleted")
    return total < MAX_BYTES


def set_aside(file: Path) -> str:
    """Rename a damaged file, so that a new one can take its place; its new name."""
    damaged = file.with_name(f"{file.name}.damaged-{time.time_ns()}")
    for suffix in ("-journal", "-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)
    file.rename(damaged)
    log.warning("%s is damaged and was renamed %s", file.name, damaged.name)
    return damaged.name


def _move_with_the_clock(folder: Path) -> None:
    """Where the clock was set since the last look, or nobody was there: move the files' times."""
    now, even = time.time(), time.monotonic()
    seen = _looked.get(folder)
    clock = folder / CLOCK
    if seen:
        jump = (now - seen[0]) - (even - seen[1])
    else:
        stat = _stat(clock)
        jump = now - stat.st_mtime if stat else 0.0
    if abs(jump) > JUMP_SECONDS:
        for file in folder.glob("*.sqlite*"):
            _move(file, jump)
    _looked[folder] = (now, even)
    try:
        use(clock)
    except OSError:  # a full disk: this process knows the time all the same
        log.debug("%s cannot be touched", clock)


def _move(file: Path, seconds: float) -> None:
    stat = _stat(file)
    if stat:
        os.utime(file, (stat.st_atime + seconds, stat.st_mtime + seconds))


def _stat(file: Path) -> os.stat_result | None:
    """None for a file that another process has just removed."""
    try:
        return file.stat()
    except FileNotFoundError:
        return None
