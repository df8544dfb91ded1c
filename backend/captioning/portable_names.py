"""Names of files inside a ZIP that every system can unpack beside one another.

Windows' rules are the strictest: learn.microsoft.com/windows/win32/fileio/naming-a-file. Windows
and Macs also take names for the same that differ only in case or in how accents are written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath

FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f\x7f\ud800-\udfff]')
DEVICES = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\.|$)", re.IGNORECASE)


def unique_paths(names: Iterable[str], suffix: str) -> list[str]:
    """For each path of a file one with that suffix: the same but for what a system could not
    write, and numbered where another one has it."""
    paths = [_portable(name, suffix) for name in names]
    taken = {_key(str(folder)) for path in paths for folder in path.parents}
    numbers: dict[str, int] = {}  # of each path, the last that was given or found taken
    return [_free(path, taken, numbers) for path in paths]


def _portable(name: str, suffix: str) -> PurePosixPath:
    path = PurePosixPath(name.replace("\\", "/"))
    parts = (path if path.name else path / "_").with_suffix(suffix).parts
    return PurePosixPath(*(_portable_part(part) for part in parts if part not in ("/", "..")))


def _portable_part(part: str) -> str:
    """The name of one file or folder."""
    part = FORBIDDEN.sub("_", part).rstrip(". ")
    return f"_{part}" if not part or DEVICES.match(part) else part


def _free(path: PurePosixPath, taken: set[str], numbers: dict[str, int]) -> str:
    free, number = path, numbers.get(str(path), 1)
    while _key(str(free)) in taken:
        number += 1
        free = path.with_stem(f"{path.stem}-{number}")
    numbers[str(path)] = number
    taken.add(_key(str(free)))
    return str(free)


def _key(path: str) -> str:
    """What is the same of two paths that are the same to Windows or a Mac."""
    composed = unicodedata.normalize("NFC", path)
    return unicodedata.normalize("NFC", composed.casefold())
