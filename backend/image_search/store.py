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
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from backend.cache_folder import cache_root
from backend.errors import InputError
from backend.image_search.store_folder import MAX_BYTES, make_room, set_aside, tidy, use
from backend.image_search.vector_index import Entry
from backend.text import clean_text, shown

if TYPE_CHECKING:
    from PIL.Image import Image

STORED_SIDE = 320  # pixels of the longer side of a stored picture
MAX_PICTURES, MAX_COLLECTIONS, MAX_NAME_CHARACTERS = 10_000, 20, 60
FAULTS = ("locked", "readonly", "unable to open", "I/O error")
DAMAGE = ("malformed", "not a database")
ABANDONED_SECONDS = 3600.0  # after which an indexing is no longer thought to be under way
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
CREATE TABLE IF NOT EXISTS indexings (id TEXT PRIMARY KEY, since REAL NOT NULL);
CREATE TABLE IF NOT EXISTS orphans (hash TEXT PRIMARY KEY) WITHOUT ROWID;
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
        tidy(folder)

    def collections(self) -> dict[str, int]:
        """Names, and how many pictures each has."""
        with self._read() as base:
            return dict(
                base.execute(
                    "SELECT collections.name, COUNT(hash) FROM collections LEFT JOIN members "
                    "ON collection = id GROUP BY id ORDER BY collections.name"
                )
            )

    def version(self, name: str) -> int:
        """Grows with every change. Raises InputError for a collection that is not there."""
        with self._read() as base:
            return _collection(base, name)[1]

    def members(self, name: str) -> tuple[Entry, ...]:
        """The collection's pictures by name."""
        with self._read() as base:
            rows = base.execute(
                "SELECT hash, name FROM members WHERE collection = ? ORDER BY name",
                (_collection(base, name)[0],),
            )
            return tuple(Entry(key, called) for key, called in rows)

    def encoded(self, model: str) -> set[str]:
        """Hashes of all pictures that this model has encoded."""
        with self._read() as base:
            rows = base.execute("SELECT hash FROM vectors WHERE model = ?", (model,))
            return {row[0] for row in rows}

    def vectors(self, entries: tuple[Entry, ...], model: str, width: int) -> np.ndarray:
        """Float32 [N, width] in the order of the entries, read into one array."""
        found = np.empty((len(entries), width), np.float32)
        with self._read() as base:
            for place, entry in enumerate(entries):
                row = base.execute(
                    "SELECT vector FROM vectors WHERE hash = ? AND model = ?", (entry.key, model)
                ).fetchone()
                found[place] = np.frombuffer(row[0], np.float32)
        return found

    def jpeg(self, key: str) -> bytes:
        """A stored picture. Raises KeyError if this visitor has none of that hash."""
        with self._read() as base:
            row = base.execute("SELECT jpeg FROM pictures WHERE hash = ?", (key,)).fetchone()
        if row is None:
            raise KeyError(key)
        return bytes(row[0])

    def sizes(self) -> dict[str, tuple[int, int]]:
        """Width and height of every picture's original, by hash."""
        with self._read() as base:
            rows = base.execute("SELECT hash, width, height FROM pictures")
            return {key: (width, height) for key, width, height in rows}

    def add(self, pictures: list[StoredPicture], vectors: np.ndarray, model: str) -> None:
        """Pictures with their vectors [N, D], all or none of them. Raises InputError where the
        collections of all visitors have no room left."""
        if not make_room(self.path.parent, self.path):
            raise InputError("collections_full", limit=MAX_BYTES // 1_000_000_000)
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
        """Delete a collection, and those of its pictures that are in no other. It works on a full
        disk, too: then what was there before is in memory until it is done."""
        try:
            with self._open(makes=False) as base, base:
                _remove(base, name)
        except InputError as error:
            if error.message.code != "disk_full":
                raise
            with self._open(makes=False) as base:
                base.execute("PRAGMA journal_mode = MEMORY")
                with base:
                    _remove(base, name)

    @contextmanager
    def indexing(self) -> Iterator[None]:
        """Within the block every picture stays, also of a collection that is deleted meanwhile:
        one that is being filled may be about to take it."""
        own = uuid.uuid4().hex
        with self._open() as base, base:
            base.execute("INSERT INTO indexings VALUES (?, ?)", (own, time.time()))
        try:
            yield
        finally:
            with self._open() as base, base:
                base.execute("DELETE FROM indexings WHERE id = ?", (own,))
                _remove_orphans(base)

    @contextmanager
    def _read(self) -> Iterator[sqlite3.Connection]:
        """The file as it is; none is made for a key that has none, which reads as an empty one."""
        with self._open(makes=False) as base:
            yield base

    @contextmanager
    def _open(self, makes: bool = True) -> Iterator[sqlite3.Connection]:
        """The file, made if it is not there. Raises InputError for a full disk or a broken file;
        a damaged one is set aside."""
        try:
            with closing(self._connect(makes)) as base:
                base.execute("PRAGMA synchronous = FULL")
                if base.execute("PRAGMA page_count").fetchone() == (0,):  # it would write each time
                    base.execute("PRAGMA auto_vacuum = FULL")  # what is deleted is free on the disk
                base.executescript(TABLES)
                yield base
        except (OSError, sqlite3.DatabaseError) as error:
            if any(sign in str(error) for sign in DAMAGE):
                raise InputError("collection_damaged", name=set_aside(self.path)) from error
            problem = _as_input_error(error)
            if problem is None:
                raise
            raise problem from error

    def _connect(self, makes: bool) -> sqlite3.Connection:
        if not makes and not self.path.exists():
            return sqlite3.connect(":memory:")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        use(self.path)
        return sqlite3.connect(self.path, timeout=WRITE_SECONDS)


def _remove(base: sqlite3.Connection, name: str) -> None:
    number, _ = _collection(base, name)
    base.execute(
        "INSERT OR IGNORE INTO orphans SELECT hash FROM members WHERE collection = ?", (number,)
    )
    base.execute("DELETE FROM members WHERE collection = ?", (number,))
    base.execute("DELETE FROM collections WHERE id = ?", (number,))
    _remove_orphans(base)


def _remove_orphans(base: sqlite3.Connection) -> None:
    """Delete the pictures of deleted collections that are in no other, unless a collection is being
    filled. One whose process was killed does not count for longer than an hour."""
    now = time.time()
    base.execute("DELETE FROM indexings WHERE ABS(? - since) > ?", (now, ABANDONED_SECONDS))
    if base.execute("SELECT 1 FROM indexings").fetchone():
        return
    for table in ("pictures", "vectors"):
        base.execute(
            f"DELETE FROM {table} WHERE hash IN (SELECT hash FROM orphans) "  # noqa: S608 (ours)
            "AND hash NOT IN (SELECT hash FROM members)"
        )
    base.execute("DELETE FROM orphans")


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
