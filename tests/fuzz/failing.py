"""How a machine fails, for tests: its disk, its database, its clock, its memory."""

from __future__ import annotations

import errno
import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest

FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
FAULTY = OSError(errno.EIO, os.strerror(errno.EIO))
READ_ONLY = OSError(errno.EROFS, os.strerror(errno.EROFS))


def raising(error: BaseException) -> Callable[..., NoReturn]:
    """A function that only fails."""

    def fail(*_: Any, **__: Any) -> NoReturn:
        raise error

    return fail


def failing_sql(patch: pytest.MonkeyPatch, beginning: str, said: str) -> None:
    """From now on SQLite says so at each statement that begins so."""
    connect = sqlite3.connect

    class Failing(sqlite3.Connection):
        def execute(self, statement: str, *rest: Any) -> Any:
            _check(statement)
            return super().execute(statement, *rest)

        def executemany(self, statement: str, *rest: Any) -> Any:
            _check(statement)
            return super().executemany(statement, *rest)

    def _check(statement: str) -> None:
        if statement.startswith(beginning):
            raise sqlite3.OperationalError(said)

    patch.setattr(sqlite3, "connect", lambda *a, **o: connect(*a, **{**o, "factory": Failing}))


def small_disk(patch: pytest.MonkeyPatch, pages: int = 0) -> None:
    """From now on a database can grow by so many pages and no more."""
    connect = sqlite3.connect

    def small(*given: Any, **options: Any) -> sqlite3.Connection:
        base = connect(*given, **options)
        used = base.execute("PRAGMA page_count").fetchone()[0]
        base.execute(f"PRAGMA max_page_count = {used + pages}")
        return base

    patch.setattr(sqlite3, "connect", small)


def jumping_clock(patch: pytest.MonkeyPatch, seconds: float) -> None:
    """From now on the machine's date is so far off."""
    real = time.time
    patch.setattr(time, "time", lambda: real() + seconds)


def damaged(path: Path, keep: float = 1.0) -> None:
    """Random bytes in the file, or only its first part."""
    data = path.read_bytes()
    if keep < 1:
        path.write_bytes(data[: int(keep * len(data))])
    else:
        middle = len(data) // 2
        path.write_bytes(data[:middle] + bytes(range(256)) + data[middle + 256 :])


def unwritable(patch: pytest.MonkeyPatch, folder: Path, error: OSError) -> None:
    """From now on no file can be opened for writing below the folder."""
    opened = Path.open

    def checked(path: Path, mode: str = "r", *rest: Any, **options: Any) -> Any:
        if path.is_relative_to(folder) and set(mode) & set("wax+"):
            raise error
        return opened(path, mode, *rest, **options)

    patch.setattr(Path, "open", checked)
