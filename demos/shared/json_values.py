"""Whether a JSON text has too many values, seen before it is parsed: parsing a million of them
stops the server for everybody, for a second.

Counting bytes takes a hundredth of that, also where a long text is full of commas, as a classifier
that was taught is.
"""

from __future__ import annotations

# One for each value inside a list or an object: it is the first there, or stands behind a comma.
SEPARATORS = (b",", b"[", b"{")
QUOTES = 4  # at most for each value: it is a text, and has a name


def has_more_values(data: bytes, limit: int) -> bool:
    """Whether there are more than `limit` values inside lists and objects; empty ones count one
    too many, as if something were in them."""
    if _separators(data) <= limit:  # those within texts included
        return False
    if b"\0" in data:  # UTF-16 or -32, where a quotation mark is another byte
        return True
    bare = data.replace(b"\\\\", b"").replace(b'\\"', b"")  # no quotation marks within texts
    if bare.count(b'"') > QUOTES * limit:
        return True
    return _separators(b"".join(bare.split(b'"')[::2])) > limit


def _separators(data: bytes) -> int:
    return sum(map(data.count, SEPARATORS))
