"""Captions as files: a CSV, and a ZIP with a text beside each picture."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from backend.captioning.portable_names import unique_paths
from backend.captioning.results import Batch
from backend.csv_tables import write_table

COLUMNS = ("file", "caption", "probability", "error")


def as_csv(batch: Batch) -> bytes:
    """The captions, then the files that were skipped, with the reason."""
    return write_table(COLUMNS, _rows(batch))


def _rows(batch: Batch) -> Iterator[tuple[str, ...]]:
    for row in batch.rows:
        yield row.name, row.caption, f"{row.probability:.6g}", ""
    for one in batch.skipped:
        yield one.name, "", "", str(one.reason)


def as_texts(batch: Batch) -> bytes:
    """A ZIP with cat.txt for cat.png, in the folders that the pictures came in, and the CSV."""
    file = io.BytesIO()
    names = unique_paths((row.name for row in batch.rows), ".txt")
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, row in zip(names, batch.rows, strict=True):
            archive.writestr(name, row.caption + "\n")
        archive.writestr("captions.csv", as_csv(batch))
    return file.getvalue()
