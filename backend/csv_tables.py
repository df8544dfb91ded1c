"""CSV files, read and written: any separator, the usual encodings, quotes across lines."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from backend.errors import InputError
from backend.messages import Message, message
from backend.text import shown

MAX_BYTES = 50_000_000
MAX_ROWS = 100_000
MAX_COLUMNS = 200
MAX_CELL_CHARACTERS = 200_000
SEPARATORS = ",;\t|"
NO_SEPARATOR = "\x1f"  # for one column, whose cells may hold any of these
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass(frozen=True)
class Table:
    """Column names and rows of equal length; notes on how it was read."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[Message, ...] = ()

    def column(self, name: str) -> list[str]:
        """A column's cells. Raises InputError that lists the columns there are."""
        if name not in self.columns:
            choices = ", ".join(map(shown, self.columns[:30]))
            raise InputError("no_column", name=shown(name), choices=choices)
        place = self.columns.index(name)
        return [row[place] for row in self.rows]


def read_table(path: Path) -> Table:
    """The table in a file whose first row names the columns."""
    if path.stat().st_size > MAX_BYTES:
        raise InputError("file_too_large", limit=MAX_BYTES // 1_000_000)
    return parse_table(path.read_bytes())


def parse_table(data: bytes) -> Table:
    """The table in a file's bytes. Raises InputError for what is no table of text."""
    text, notes = _decoded(data)
    if not text.strip():
        raise InputError("file_empty")
    rows = _rows(text)
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


def _decoded(data: bytes) -> tuple[str, tuple[Message, ...]]:
    """The text, and a note where the encoding had to be guessed."""
    encoding = next(
        (name for mark, name in BYTE_ORDER_MARKS.items() if data.startswith(mark)), None
    )
    if encoding is None and b"\x00" in data:
        raise InputError("file_binary")
    try:
        return data.decode(encoding or "utf-8"), ()
    except UnicodeDecodeError:
        if encoding is not None:
            raise InputError("file_binary") from None
    text = data.decode("latin-1")
    strange = sum(c < " " and c not in "\t\r\n" for c in text)
    if strange > len(text) / 100:
        raise InputError("file_binary")
    return text, (message("guessed_encoding"),)


def _rows(text: str) -> Iterator[list[str]]:
    """The rows that are not blank, one at a time: a malicious file may have millions."""
    csv.field_size_limit(MAX_CELL_CHARACTERS)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text)):
            if any(cell.strip() for cell in row):
                yield row
    except csv.Error as error:
        raise InputError("file_broken", cause=str(error)) from None


def _separator(text: str) -> str:
    """The separator that is most frequent in the first line with text, outside quotes."""
    begin = text.rfind("\n", 0, len(text) - len(text.lstrip())) + 1
    line = text[begin:].split("\n", 1)[0]
    bare = "".join(line.split('"')[::2])
    found = max(SEPARATORS, key=bare.count)
    return found if found in bare else NO_SEPARATOR


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
    """Names without spaces around them; unnamed and repeated ones get a number."""
    if len(header) > MAX_COLUMNS:
        raise InputError("too_many_columns", count=len(header), limit=MAX_COLUMNS)
    return unique(cell.strip() or f"column {number}" for number, cell in enumerate(header, 1))


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
