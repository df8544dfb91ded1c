"""The rows of CSV text: which separator it has, and whether every quote is closed."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from backend.errors import InputError

MAX_CELL_CHARACTERS = 200_000
MAX_CELLS = 2_000_000  # some 200 MB as Python texts
SEPARATORS = ",;\t|"
NO_SEPARATOR = "\x1f"  # for one column, whose cells may hold any of these
ROWS_LOOKED_AT = 50  # for the separator
LINE_END = re.compile(r"\r\n|\r|\n")
NAMED = re.compile(r'\s*"?sep=([^\w\s"]|\t)"?[;,\t|]*(?:\r\n|\r|\n)', re.IGNORECASE)
END = "\x02END\x03"  # a line of ours behind the last one: a quote that is still open takes it in


def rows_of(text: str) -> Iterator[list[str]]:
    """The rows that are not blank, one at a time: a malicious file may have millions.

    Excel's first line `sep=;` names the separator. Lines end with CR, LF or both; a Unicode line
    separator is a character like any other. Raises InputError for a quote that is never closed,
    and for a cell of more than MAX_CELL_CHARACTERS, with the line where its row begins; and for
    more than MAX_CELLS.
    """
    csv.field_size_limit(MAX_CELL_CHARACTERS)
    named = NAMED.match(text)
    begin = named.end() if named else 0
    separator = named[1] if named else separator_of(text)
    lines_before = len(LINE_END.findall(text[:begin]))
    return _closed_rows(text[begin:], separator, lines_before)


def separator_of(text: str) -> str:
    """The separator of the first row by which most rows have as many cells as that one; of two
    alike, that with fewer names that begin with a space (“Price, net;Size”), then with more names.

    csv.Sniffer takes letters for separators and raises an error for a single column.
    """
    found, best = NO_SEPARATOR, (-1.0, 0, 0)
    for separator in SEPARATORS:
        header, *rows = _first_rows(text, separator) or [[]]
        even = sum(len(row) == len(header) for row in rows) / max(len(rows), 1)
        fit = (even, -sum(name.startswith(" ") for name in header), len(header))
        if len(header) > 1 and fit > best:
            found, best = separator, fit
    return found


def _first_rows(text: str, separator: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in islice(csv.reader(_lines(text), delimiter=separator), ROWS_LOOKED_AT):
            rows += [row] if _is_filled(row) else []
    except csv.Error:
        pass  # too long a cell: the rows before it are enough to choose by
    return rows


def _closed_rows(text: str, separator: str, lines_before: int) -> Iterator[list[str]]:
    lines = Remembering(chain(_lines(text), [END]))
    reader = csv.reader(lines, delimiter=separator)
    begin, cells, width = lines_before + 1, 0, 0
    try:
        for row in reader:
            if row == [END]:
                return
            cells, width = cells + len(row), width or len(row)
            if cells > MAX_CELLS:
                raise InputError("too_many_cells", limit=MAX_CELLS, line=begin)
            if (row and row[-1].endswith(END)) or _has_swallowed(lines.taken(), separator, width):
                raise InputError("quote_open", line=begin)
            if _is_filled(row):
                yield row
            begin = lines_before + reader.line_num + 1
    except csv.Error as error:
        line = lines_before + reader.line_num
        if line > begin:  # the long cell goes on over several lines
            raise InputError("quote_open", line=begin) from None
        raise InputError("file_broken", line=line, cause=str(error)) from None


def _has_swallowed(lines: Sequence[str], separator: str, width: int) -> bool:
    """Whether a quote that is never closed has made one row of several lines: the first of them
    alone has as many cells as a row, and the quote ends where a later cell begins."""
    if len(lines) == 1 or lines[0].count(separator) + 1 < width:
        return False  # quotes inside a cell, and line breaks in it, are the writer's own
    try:
        list(csv.reader(lines, delimiter=separator, strict=True))
    except csv.Error:
        return True
    return False


class Remembering:
    """Lines one by one, and those that were given since it was asked last."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines, self._taken = iter(lines), list[str]()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self._taken.append(line)
        return line

    def taken(self) -> list[str]:
        taken, self._taken = self._taken, []
        return taken


def _lines(text: str) -> Iterable[str]:
    return io.StringIO(text, newline="")


def _is_filled(row: list[str]) -> bool:
    return any(cell.strip() for cell in row)
