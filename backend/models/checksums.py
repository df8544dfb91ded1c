"""Checksums of what was made into a cache folder, by which damage is noticed before it is loaded.

A graph with random bytes in it may well load, and then answers nothing, or ends the process. CRC-32
reads a gigabyte in half a second; it is meant for disks that err, not for forgers.
"""

from __future__ import annotations

import json
import logging
import zlib
from pathlib import Path

log = logging.getLogger(__name__)
RECORD = "checksums.json"
PIECE = 1 << 22  # bytes that are read at a time
Sums = dict[str, tuple[int, int, int]]  # path within the folder -> size, time in ns, CRC-32


def record(folder: Path) -> None:
    """Note the sums of the files that are new or were written since. A full disk costs the next
    check, not this load."""
    known, sums = _recorded(folder), {}
    for file in _files(folder):
        name, stat = file.relative_to(folder).as_posix(), file.stat()
        size_and_time = (stat.st_size, stat.st_mtime_ns)
        has_changed = known.get(name, ())[:2] != size_and_time
        sums[name] = (*size_and_time, _crc(file)) if has_changed else known[name]
    if sums == known:
        return
    partial = folder / f"{RECORD}.partial"
    try:
        partial.write_text(json.dumps(sums), encoding="utf-8")
        partial.replace(folder / RECORD)
    except OSError as error:
        log.warning("the checksums of %s could not be written: %s", folder.name, error)


def damaged(folder: Path) -> list[Path]:
    """Recorded files that are gone or are not what they were. A folder without a record, from
    before there was one, is believed once: there is nothing to compare it with."""
    wrong = []
    for name, (size, _, crc) in _recorded(folder).items():
        file = folder / name
        if not file.is_file() or file.stat().st_size != size or _crc(file) != crc:
            wrong.append(file)
    return wrong


def _recorded(folder: Path) -> Sums:
    """What was noted; nothing where the note itself is gone or damaged."""
    try:
        noted = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        return {str(name): (int(row[0]), int(row[1]), int(row[2])) for name, row in noted.items()}
    except (OSError, ValueError, TypeError, AttributeError, LookupError):
        return {}


def _files(folder: Path) -> list[Path]:
    return sorted(
        file for file in folder.rglob("*") if file.is_file() and not file.name.startswith(RECORD)
    )


def _crc(file: Path) -> int:
    crc = 0
    with file.open("rb") as opened:
        while piece := opened.read(PIECE):
            crc = zlib.crc32(piece, crc)
    return crc
