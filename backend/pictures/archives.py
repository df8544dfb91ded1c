"""Many pictures: files and ZIPs as a stream of names and bytes, and what was skipped and why.

A ZIP is read in place, entry by entry; nothing is ever written under a name from inside it.
What its directory says about sizes is not believed: reading itself stops at the limit.
"""

from __future__ import annotations

import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from backend.errors import InputError
from backend.messages import Message, message
from backend.pictures.reading import MAX_BYTES
from backend.pictures.zip_names import entry_names

MAX_ENTRIES = 20_000  # looked at in one ZIP
MAX_UNPACKED = 4_000_000_000  # bytes out of one ZIP
MAX_PACKING = 200  # times smaller: no picture packs like that, its format is packed already
ARCHIVES = (".zip", ".cbz", ".jar", ".7z", ".rar", ".tar", ".gz", ".bz2", ".xz", ".tgz")
DRIVE = re.compile(r"[A-Za-z]:(?![\s\d])")
# What a broken ZIP raises while an entry is read.
BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, OSError, EOFError,
          ValueError, OverflowError, NotImplementedError, RuntimeError)  # fmt: skip


@dataclass(frozen=True)
class Found:
    """A file that may be a picture: its name as the visitor knows it, and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Skipped:
    """A file that was skipped, and why."""

    name: str
    reason: Message


def find_pictures(paths: Iterable[tuple[str, Path]]) -> Iterator[Found | Skipped]:
    """All files, and the files inside ZIPs as "album.zip/cat.jpg", one at a time, in order.

    `paths` are (the visitor's name of it, where it lies). Hidden files of operating systems are
    passed over in silence.
    """
    for name, path in paths:
        if zipfile.is_zipfile(path) and not _is_office(path):
            yield from _entries(name, path)
        else:
            yield _file(name, path)


def count_files(paths: Iterable[tuple[str, Path]]) -> int:
    """About how many files `find_pictures` will yield: the total for a progress display."""
    count = 0
    for _, path in paths:
        count += 1
        try:
            if zipfile.is_zipfile(path) and not _is_office(path):
                with zipfile.ZipFile(path) as archive:
                    count += sum(not _is_silent(entry) for entry in archive.infolist()) - 1
        except BROKEN:
            continue  # find_pictures will say what is wrong
    return count


def _file(name: str, path: Path) -> Found | Skipped:
    try:
        if path.stat().st_size > MAX_BYTES:
            return Skipped(name, _heavy(name))
        return Found(name, path.read_bytes())
    except OSError as error:
        return Skipped(name, _broken(name, error))


def _entries(name: str, path: Path) -> Iterator[Found | Skipped]:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in _named(archive) if not _is_silent(entry)]
            yield from _checked(name, archive, entries[:MAX_ENTRIES])
            if len(entries) > MAX_ENTRIES:
                reason = message("zip_entries", count=len(entries), limit=MAX_ENTRIES)
                yield Skipped(name, reason)
    except BROKEN as error:
        yield Skipped(name, message("zip_broken", name=name, cause=type(error).__name__))


def _named(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Its entries under the names that were typed."""
    entries = archive.infolist()
    for entry, name in zip(entries, entry_names(entries), strict=True):
        entry.filename = name
    return entries


def _checked(
    name: str, archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]
) -> Iterator[Found | Skipped]:
    unpacked = 0
    for entry in entries:
        inside = f"{name}/{entry.filename}"
        reason = _refusal(inside, entry)
        if reason is None and unpacked > MAX_UNPACKED:
            reason = message("zip_full", limit=MAX_UNPACKED // 1_000_000_000)
        if reason is not None:
            yield Skipped(inside, reason)
            continue
        found = _read(archive, entry, inside)
        unpacked += len(found.data) if isinstance(found, Found) else 0
        yield found


def _refusal(inside: str, entry: zipfile.ZipInfo) -> Message | None:
    """Why an entry is not even opened."""
    place = _place(entry)
    if not place.parts or _leads_out(place):
        return message("zip_path" if place.parts else "zip_nameless", name=inside)
    if place.suffix.lower() in ARCHIVES:
        return message("zip_nested", name=inside)
    if entry.flag_bits & 1:
        return message("zip_locked", name=inside)
    if entry.file_size > MAX_BYTES:
        return _heavy(inside)
    if entry.file_size > MAX_PACKING * max(1, entry.compress_size) and entry.file_size > 1_000_000:
        return message(
            "zip_bomb", name=inside, times=entry.file_size // max(1, entry.compress_size)
        )
    return None


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, inside: str) -> Found | Skipped:
    """The entry's bytes; one more than the limit shows that the directory gave a false size."""
    try:
        with archive.open(entry) as file:
            data = file.read(MAX_BYTES + 1)
    except BROKEN as error:
        return Skipped(inside, _broken(inside, error))
    return Skipped(inside, _heavy(inside)) if len(data) > MAX_BYTES else Found(inside, data)


def _is_silent(entry: zipfile.ZipInfo) -> bool:
    """Folders, and what Macs and Windows leave behind."""
    name, place = entry.filename, _place(entry)
    parts = place.parts
    if name.endswith("\\") and parts and not _leads_out(place) and not entry.file_size:
        return True  # a folder as some Windows programs write it
    hidden = bool(parts) and (parts[-1].startswith("._") or parts[-1] in (".DS_Store", "Thumbs.db"))
    return name.endswith("/") or "__MACOSX" in parts or hidden


def _leads_out(place: PurePosixPath) -> bool:
    """Whether a path, of one part at least, would end up outside the folder of the ZIP."""
    return place.is_absolute() or ".." in place.parts or bool(DRIVE.match(place.parts[0]))


def _place(entry: zipfile.ZipInfo) -> PurePosixPath:
    """Where it lies in the ZIP; some Windows programs write backslashes."""
    return PurePosixPath(entry.filename.replace("\\", "/"))


def _is_office(path: Path) -> bool:
    """Documents are ZIPs too; they are not albums."""
    return path.suffix.lower() in (".docx", ".xlsx", ".pptx", ".odt", ".epub", ".apk")


def _heavy(name: str) -> Message:
    return message("picture_heavy", name=name, limit=MAX_BYTES // 1_000_000)


def _broken(name: str, error: Exception) -> Message:
    return message("picture_broken", name=name, cause=type(error).__name__)


def check_paths(paths: object) -> list[tuple[str, Path]]:
    """(name, path) of uploads, which are such pairs, or paths alone. InputError for none."""
    if not isinstance(paths, list | tuple) or not paths:
        raise InputError("no_pictures")
    return [one if isinstance(one, tuple) else (Path(one).name, Path(one)) for one in paths]
