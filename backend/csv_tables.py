"""CSV files as tables, read and written."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from backend.csv_rows import rows_of
from backend.errors import InputError
from backend.messages import Message, message
from backend.text import narrow, shown
from backend.text_files import decoded

MAX_BYTES = 50_000_000
MAX_ROWS = 100_000
MAX_COLUMNS = 200
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Table:
    """Column names and rows of equal length; notes on how it was read."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[Message, ...] = ()

    def column(self, name: str) -> list[str]:
        """A column's cells. Raises InputError that lists the columns there are."""
        found = self.named(name) if isinstance(name, str) else None
        if found is None:
            choices = ", ".join(map(shown, self.columns[:30]))
            raise InputError("no_column", name=shown(name), choices=choices)
        place = self.columns.index(found)
        return [row[place] for row in self.rows]

    def named(self, *names: str) -> str | None:
        """The column with the first of these names that there is, else with one that is the same
        but for case, spaces and full-width letters."""
        alike = {_folded(column): column for column in reversed(self.columns)}
        for name in names:
            found = name if name in self.columns else alike.get(_folded(name))
            if found is not None:
                return found
        return None


def read_table(path: Path) -> Table:
    """The table in a file whose first row names the columns."""
    if path.stat().st_size > MAX_BYTES:
        raise InputError("file_too_large", limit=MAX_BYTES // 1_000_000)
    return parse_table(path.read_bytes())


def parse_table(data: bytes) -> Table:
    """The table in a file's bytes. Raises InputError for what is no table of text."""
    text, notes = decoded(data)
    if not text.strip():
        raise InputError("file_empty")
    rows = rows_of(text)
    columns = _columns(next(rows, []))
    body, ragged = _body(rows, len(columns))
    if ragged:
        notes = (*notes, message("ragged_rows", count=ragged))
    return Table(columns, tuple(body), notes)


def write_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """CSV with a byte-order mark, by which spreadsheets know it is UTF-8; no cell is a formula."""
    return as_text(columns, rows).encode("utf-8-sig")


def as_text(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The same as text, without the mark."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([inert(cell) for cell in columns])
    writer.writerows([inert(cell) for cell in row] for row in rows)
    return out.getvalue()


def inert(cell: str) -> str:
    """The cell as text that no spreadsheet runs: a formula gets an apostrophe in front.

    Numbers such as -0.5 stay numbers. The signs are those of OWASP's page on CSV injection.
    """
    if not cell.startswith(FORMULA_SIGNS) or _is_number(cell):
        return cell
    return f"'{cell}"


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _body(rows: Iterator[list[str]], width: int) -> tuple[list[tuple[str, ...]], int]:
    """The rows below the header, all of one width, and how many had another."""
    body: list[tuple[str, ...]] = []
    count = ragged = 0
    for count, row in enumerate(rows, 1):
        if count <= MAX_ROWS:
            body.append(_fitted(row, width))
            ragged += len(row) != width
    if not body:
        raise InputError("file_no_rows")
    if count > MAX_ROWS:
        raise InputError("too_many_rows", count=count, limit=MAX_ROWS)
    return body, ragged


def _columns(header: list[str]) -> tuple[str, ...]:
    """Names on one line, without spaces around them; unnamed and repeated ones get a number."""
    if len(header) > MAX_COLUMNS:
        raise InputError("too_many_columns", count=len(header), limit=MAX_COLUMNS)
    names = (re.sub(r"\s*[\r\n]\s*", " ", cell.strip()) for cell in header)
    return unique(name or f"column {number}" for number, name in enumerate(names, 1))


def _folded(name: str) -> str:
    return " ".join(narrow(name).split()).casefold()


def unique(names: Iterable[str]) -> tuple[str, ...]:
    """The names in their order; a repeated one gets its column's number."""
    found: dict[str, None] = {}
    for number, name in enumerate(names, 1):
        free = name
        while free in found:
            free = f"{free} ({number})"
        found[free] = None
    return tuple(found)


def _fitted(row: list[str], width: int) -> tuple[str, ...]:
    """Missing cells are empty; cells beyond the last column are left out."""
    return tuple([*row, *[""] * width][:width])
