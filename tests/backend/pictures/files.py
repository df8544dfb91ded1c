"""Pictures and ZIPs made on the spot, good and bad."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

from PIL import Image


def picture(size=(40, 30), colour=(200, 30, 40), mode="RGB"):
    return Image.new(mode, size, colour)


def encoded(image, kind="PNG", **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def huge_png(side=30_000):
    """A PNG header of side x side pixels: no data behind it, so decoding would be an error."""

    def chunk(kind, content):
        check = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def zipped(path: Path, entries, **options):
    """A ZIP at `path` of (name, bytes) pairs."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in entries:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return path


def zipped_raw(path: Path, names, extras=()):
    """A ZIP at `path` whose names are these bytes, without the flag that says UTF-8."""
    stands = [f"<{number}>".ljust(len(name), "_") for number, name in enumerate(names)]
    with zipfile.ZipFile(path, "w") as archive:
        for number, stand in enumerate(stands):
            entry = zipfile.ZipInfo(stand)
            entry.extra = extras[number] if number < len(extras) else b""
            archive.writestr(entry, b"y")
    data = path.read_bytes()
    for stand, name in zip(stands, names, strict=True):
        assert data.count(stand.encode()) == 2  # before the content, and in the directory
        data = data.replace(stand.encode(), name)
    path.write_bytes(data)
    return path


def unicode_path(raw, name, version=1):
    """Info-ZIP's extra field that says in UTF-8 what the raw name means."""
    content = struct.pack("<BI", version, zlib.crc32(raw)) + name.encode()
    return struct.pack("<HH", 0x7075, len(content)) + content
