"""Many captions as files: a CSV, and a text beside each picture in a ZIP."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from backend.errors import InputError
from backend.pictures.archives import Skipped
from backend.run import RunCard

MOST = 2000  # files at once, those inside ZIPs not counted
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # how a cell that a spreadsheet would run begins
Paths = list[tuple[str, Path]]


@dataclass(frozen=True)
class Row:
    """One picture's caption, and how likely the model found it."""

    name: str
    caption: str
    chance: float


@dataclass(frozen=True)
class Batch:
    """What is done so far; the card comes at the end."""

    rows: tuple[Row, ...]
    skipped: tuple[Skipped, ...]
    total: int
    stopped: bool = False
    card: RunCard | None = None

    @property
    def stage(self) -> tuple[object, ...]:
        return "batch", self.card is None


def check_files(files: Paths) -> Paths:
    if not files:
        raise InputError("no_pictures")
    if len(files) > MOST:
        raise InputError("too_many_pictures", count=len(files), limit=MOST)
    return files


def as_csv(batch: Batch) -> bytes:
    """UTF-8 with a mark for spreadsheets; skipped files come last, with the reason."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(("file", "caption", "probability", "error"))
    for row in batch.rows:
        table.writerow((_cell(row.name), _cell(row.caption), f"{row.chance:.6g}", ""))
    for one in batch.skipped:
        table.writerow((_cell(one.name), "", "", str(one.reason)))
    return text.getvalue().encode("utf-8-sig")


def as_texts(batch: Batch) -> bytes:
    """A ZIP with cat.txt for cat.png, in the folders that the pictures came in."""
    file, taken = io.BytesIO(), set[str]()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for row in batch.rows:
            archive.writestr(_free(row.name, taken), row.caption + "\n")
        archive.writestr("captions.csv", as_csv(batch))
    return file.getvalue()


def _free(name: str, taken: set[str]) -> str:
    """The name with .txt, numbered where another picture has it."""
    place = PurePosixPath(name.replace("\\", "/"))
    base = str(place.with_suffix("")).lstrip("/")
    free, number = f"{base}.txt", 1
    while free in taken:
        number += 1
        free = f"{base}-{number}.txt"
    taken.add(free)
    return free


def _cell(text: str) -> str:
    """A spreadsheet runs what looks like a formula; an apostrophe stops it."""
    return f"'{text}" if text.startswith(FORMULA) else text
