"""The names of a ZIP's entries as they were typed, whatever wrote the ZIP.

A name is UTF-8 where the entry says so: by bit 11 of its flags, or by Info-ZIP's extra field 0x7075
(APPNOTE 4.4.4 and 4.6.9). Others are the bytes of the system that wrote them, which `zipfile` reads
as code page 437: Macs write UTF-8, Chinese Windows GBK.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence

UTF8_FLAG, UNICODE_PATH = 0x800, 0x7075
# A letter of another alphabet with two more, an accent in a Latin word, or what takes three bytes.
IN_A_WORD = re.compile(
    r"[\u0370-\u07ff]{3}|[a-zA-Z][\u00c0-\u024f\u0300-\u036f]|[\u00c0-\u024f][a-zA-Z]"
    r"|[\u0800-\U0010ffff]"
)
MIN_COMMON = 0.5  # of the characters beyond ASCII: as many common Chinese ones make a name Chinese


def entry_names(entries: Sequence[zipfile.ZipInfo]) -> list[str]:
    """The entries' names in order; those that do not say how they are written are read alike."""
    said = [_said_name(entry) for entry in entries]
    raw = [_raw_name(entry) for entry in entries]
    encoding = _encoding([one for one, name in zip(raw, said, strict=True) if name is None])
    return [
        _decoded(one, encoding) if name is None else name
        for one, name in zip(raw, said, strict=True)
    ]


def _said_name(entry: zipfile.ZipInfo) -> str | None:
    """The name that the entry says is UTF-8, if it does."""
    if entry.flag_bits & UTF8_FLAG:
        return entry.filename
    raw = _raw_name(entry)
    for kind, content in _extra_fields(entry.extra):
        is_current = content[:5] == struct.pack("<BI", 1, zlib.crc32(raw))  # no later renaming
        if kind == UNICODE_PATH and is_current:
            return _decoded(content[5:], "utf-8")
    return None


def _raw_name(entry: zipfile.ZipInfo) -> bytes:
    """The name's bytes: `zipfile` keeps them as characters of code page 437, one for one."""
    return entry.orig_filename.encode("utf-8" if entry.flag_bits & UTF8_FLAG else "cp437")


def _extra_fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    """(kind, content) of each extra field, as far as they are whole."""
    while len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        yield kind, extra[4 : 4 + size]
        extra = extra[4 + size :]


def _encoding(names: Sequence[bytes]) -> str:
    """The encoding of all names of one ZIP together."""
    whole = b"\n".join(names)
    unicode, chinese = (_text_in(whole, encoding) for encoding in ("utf-8", "gb18030"))
    is_chinese = chinese is not None and _is_chinese(chinese)
    if unicode is not None and not (is_chinese and _is_accident(unicode)):
        return "utf-8"
    return "gb18030" if is_chinese else "cp437"


def _text_in(names: bytes, encoding: str) -> str | None:
    try:
        return names.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_accident(text: str) -> bool:
    """Whether no letter beyond ASCII is part of a word: two bytes of GBK are now and then one of
    UTF-8 (猫 as è, 图1 as ͼ1), but these stand alone."""
    return not text.isascii() and not IN_A_WORD.search(text)


def _is_chinese(text: str) -> bool:
    """Whether the common characters of GB 2312, its first level, are as many as the others."""
    others = [one for one in text if not one.isascii()]
    common = sum(b"\xb0" <= one.encode("gb2312", "ignore")[:1] < b"\xd8" for one in others)
    return common >= MIN_COMMON * len(others)


def _decoded(raw: bytes, encoding: str) -> str:
    """As `zipfile` has it: what stands behind a NUL is no part of a name."""
    return raw.decode(encoding, "replace").split("\0", 1)[0]
