"""A visitor's collections: one SQLite file, which any kill leaves as it was before or after.

Pictures and vectors are written as they are made, under the hash of the file they came from: that
is a cache, and half of it is still right. The members of a collection change in one transaction at
the end. So an interrupted run costs nothing: its pictures are not encoded again.

The file is named by a hash of the visitor's own key, which only their browser knows, and is deleted
when nobody has used it for a day. Pictures are stored small (`STORED_SIDE`), originals not at all.
"""

from __future__ import annotations

import errno
import hashlib
import io
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from backend.cache_folder import cache_root
from backend.errors import InputError
from backend.image_search.vector_index import Entry
from backend.text import clean_text, shown

if TYPE_CHECKING:
    from PIL.Image import Image

STORED_SIDE = 320  # pixels of the longer side of a stored picture
UNUSED_SECONDS = 24 * 3600.0  # after which a file is deleted
MAX_PICTURES, MAX_COLLECTIONS, MAX_NAME_CHARACTERS = 10_000, 20, 60
FAULTS = ("locked", "readonly", "unable to open", "I/O error", "malformed", "not a database")
WRITE_SECONDS = 20.0  # for which another page of the same visitor may write

TABLES = """
CREATE TABLE IF NOT EXISTS collections (
    id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL, version INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS pictures (
    hash TEXT PRIMARY KEY, width INTEGER, height INTEGER, jpeg BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS vectors (
    hash TEXT, model TEXT, vector BLOB NOT NULL, PRIMARY KEY (hash, model)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS members (
    collection INTEGER, name TEXT, hash TEXT NOT NULL,
    PRIMARY KEY (collection, name)) WITHOUT ROWID;
"""


@dataclass(frozen=True)
class StoredPicture:
    """The hash of the original file, its size in pixels there, and a small JPEG."""

    hash: str
    width: int
    height: int
    jpeg: bytes


class Store:
    """One visitor's collections. Every method opens the file itself: threads share nothing."""

    def __init__(self, key: object, folder: Path | None = None) -> None:
        folder = folder or cache_root() / "collections"
        self.path = folder / f"{_file_name(key)}.sqlite"
        remove_old(folder)

    def collections(self) -> dict[str, int]:
        """Names, and how many pictures each has."""
        if not self.path.exists():
            return {}
        with self._open() as base:
            return dict(
                base.execute(
                    "SELECT collections.name, COUNT(hash) FROM collections LEFT JOIN members "
                    "ON collection = id GROUP BY id ORDER BY collections.name"
                )
            )

    def version(self, name: str) -> int:
        """Grows with every change. Raises InputError for a collection that is not there."""
        with self._open() as base:
            return _collection(base, name)[1]

    def members(self, name: str) -> tuple[Entry, ...]:
        """The collection's pictures by name."""
        with self._open() as base:
            rows = base.execute(
                "SELECT hash, name FROM members WHERE collection = ? ORDER BY name",
                (_collection(base, name)[0],),
            )
            return tuple(Entry(key, called) for key, called in rows)

    def encoded(self, model: str) -> set[str]:
        """Hashes of all pictures that this model has encoded."""
        with self._open() as base:
            rows = base.execute("SELECT hash FROM vectors WHERE model = ?", (model,))
            return {row[0] for row in rows}

    def vectors(self, entries: tuple[Entry, ...], model: str, width: int) -> np.ndarray:
        """Float32 [N, width] in the order of the entries, read into one array."""
        found = np.empty((len(entries), width), np.float32)
        with self._open() as base:
            for place, entry in enumerate(entries):
                row = base.execute(
                    "SELECT vector FROM vectors WHERE hash = ? AND model = ?", (entry.key, model)
                ).fetchone()
                found[place] = np.frombuffer(row[0], np.float32)
        return found

    def jpeg(self, key: str) -> bytes:
        """A stored picture. Raises KeyError if this visitor has none of that hash."""
        with self._open() as base:
            row = base.execute("SELECT jpeg FROM pictures WHERE hash = ?", (key,)).fetchone()
        if row is None:
            raise KeyError(key)
        return bytes(row[0])

    def sizes(self) -> dict[str, tuple[int, int]]:
        """Width and height of every picture's original, by hash."""
        with self._open() as base:
            rows = base.execute("SELECT hash, width, height FROM pictures")
            return {key: (width, height) for key, width, height in rows}

    def add(self, pictures: list[StoredPicture], vectors: np.ndarray, model: str) -> None:
        """Pictures with their vectors [N, D], all or none of them."""
        with self._open() as base, base:
            base.executemany(
                "INSERT OR IGNORE INTO pictures VALUES (?, ?, ?, ?)",
                [(one.hash, one.width, one.height, one.jpeg) for one in pictures],
            )
            _add_vectors(base, [one.hash for one in pictures], vectors, model)

    def add_vectors(self, hashes: list[str], vectors: np.ndarray, model: str) -> None:
        """Another model's vectors [N, D] of pictures that are stored already."""
        with self._open() as base, base:
            _add_vectors(base, hashes, vectors, model)

    def put(self, name: str, members: list[tuple[str, str]]) -> None:
        """Add (name, hash) pairs to a collection, new or not; equal names are replaced."""
        with self._open() as base, base:
            base.execute("INSERT OR IGNORE INTO collections (name) VALUES (?)", (name,))
            number, _ = _collection(base, name)
            base.executemany(
                "INSERT OR REPLACE INTO members VALUES (?, ?, ?)",
                [(number, called, key) for called, key in members],
            )
            base.execute("UPDATE collections SET version = version + 1 WHERE id = ?", (number,))

    def remove(self, name: str) -> None:
        """Delete a collection, and those of its pictures that are in no other."""
        with self._open() as base, base:
            number, _ = _collection(base, name)
            had = base.execute("SELECT DISTINCT hash FROM members WHERE collection = ?", (number,))
            hashes = had.fetchall()
            base.execute("DELETE FROM members WHERE collection = ?", (number,))
            base.execute("DELETE FROM collections WHERE id = ?", (number,))
            for table in ("pictures", "vectors"):
                base.executemany(
                    f"DELETE FROM {table} WHERE hash = ? "  # noqa: S608 (a name of ours)
                    "AND hash NOT IN (SELECT hash FROM members)",
                    hashes,
                )

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """The file, made if it is not there. Raises InputError for a full disk or a broken file."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.touch(mode=0o600)  # also says: used now
            with closing(sqlite3.connect(self.path, timeout=WRITE_SECONDS)) as base:
                base.execute("PRAGMA synchronous = FULL")
                base.executescript(TABLES)
                yield base
        except (OSError, sqlite3.DatabaseError) as error:
            problem = _as_input_error(error)
            if problem is None:
                raise
            raise problem from error


def _add_vectors(
    base: sqlite3.Connection, hashes: list[str], vectors: np.ndarray, model: str
) -> None:
    rows = zip(hashes, vectors.astype(np.float32), strict=True)
    base.executemany(
        "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)",
        [(key, model, vector.tobytes()) for key, vector in rows],
    )


def decode_stored(jpeg: bytes) -> Image:
    """A stored picture as RGB."""
    from PIL import Image

    return Image.open(io.BytesIO(jpeg)).convert("RGB")


def check_name(value: object) -> str:
    """A collection's name: any text on one line, never part of a path.

    Raises InputError for an empty or too long one.
    """
    name = " ".join(clean_text(value, "collection")[0].split())
    if not name or len(name) > MAX_NAME_CHARACTERS:
        raise InputError("bad_collection_name", value=shown(name), limit=MAX_NAME_CHARACTERS)
    return name


def remove_old(folder: Path, now: float | None = None) -> None:
    """Delete the files that nobody has used for a day."""
    now = time.time() if now is None else now
    for file in folder.glob("*.sqlite*"):
        try:
            if now - file.stat().st_mtime > UNUSED_SECONDS:
                file.unlink()
        except FileNotFoundError:
            continue  # another process was faster


def _file_name(key: object) -> str:
    if not isinstance(key, str) or not re.fullmatch(r"[0-9a-zA-Z_-]{16,64}", key):
        raise InputError("bad_key")
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def _collection(base: sqlite3.Connection, name: str) -> tuple[int, int]:
    row = base.execute("SELECT id, version FROM collections WHERE name = ?", (name,)).fetchone()
    if row is None:
        raise InputError("no_collection", name=shown(name))
    return row


def _as_input_error(error: Exception) -> InputError | None:
    """The message for a full disk or a broken file; None for a bug of ours."""
    said = str(error)
    if "disk is full" in said or getattr(error, "errno", None) == errno.ENOSPC:
        return InputError("disk_full")
    if isinstance(error, OSError) or any(sign in said for sign in FAULTS):
        return InputError("collection_broken", cause=type(error).__name__)
    return None
