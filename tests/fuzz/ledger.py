"""What a visitor's collections must hold, whatever happened to the server meanwhile."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

ABSENT = 0


class Ledger:
    """The numbers of pictures that each collection of one key may have."""

    def __init__(self, key: str) -> None:
        self.key = key
        self._allowed: dict[str, set[int]] = {}
        self._removed: set[str] = set()  # or asked to be: an indexing may still be under way

    def names(self) -> list[str]:
        """Collections that nobody has removed, the oldest first."""
        return [name for name in self._allowed if name not in self._removed]

    def adding(self, name: str, count: int) -> None:
        """An indexing begins: from now on the collection is as before, or whole."""
        self._allowed[name] = {ABSENT, count}

    def removing(self, name: str) -> None:
        self._removed.add(name)
        self._allowed[name] = self._allowed[name] | {ABSENT}

    def done(self, name: str, count: int) -> None:
        """The server has said so."""
        self._allowed[name] = {count}

    def differences(self, found: dict[str, int]) -> list[str]:
        """Where the server's own list of this key's collections cannot be right."""
        return [
            f"{self.key} {name}: {found.get(name, ABSENT)} pictures, not {sorted(counts)}"
            for name, counts in self._allowed.items()
            if found.get(name, ABSENT) not in counts
        ]


def damaged_files(folder: Path) -> list[str]:
    """Collections' files that SQLite finds broken."""
    found = []
    for path in folder.glob("*.sqlite"):
        with closing(sqlite3.connect(path)) as base:
            try:
                said = base.execute("PRAGMA integrity_check").fetchone()[0]
            except sqlite3.DatabaseError as error:
                said = str(error)
        if said != "ok":
            found.append(f"{path.name}: {said}")
    return found
