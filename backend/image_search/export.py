"""A collection as a table."""

from __future__ import annotations

from backend.csv_tables import write_table
from backend.errors import InputError
from backend.image_search.request import Where

COLUMNS = ("name", "width", "height", "sha256", "same_file_as")


def as_csv(where: Where) -> bytes:
    """One row a picture; `same_file_as` names the first one with the same content."""
    if where.store is None:
        raise InputError("bad_collection_name", value="''", limit=60)
    sizes = where.store.sizes()
    first: dict[str, str] = {}
    rows = []
    for entry in where.store.members(where.name):
        width, height = sizes[entry.key]
        same = first.setdefault(entry.key, entry.name)
        again = "" if same == entry.name else same
        rows.append([_inert(entry.name), str(width), str(height), entry.key, _inert(again)])
    return write_table(COLUMNS, rows)


def _inert(name: str) -> str:
    """A name that no spreadsheet takes for a formula."""
    return f"'{name}" if name.startswith(("=", "+", "-", "@", "\t")) else name
