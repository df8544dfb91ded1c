"""The text of JSON from outside, whatever program saved it."""

from __future__ import annotations

import json
from pathlib import Path

from backend.errors import InputError

BYTE_ORDER_MARK = "\ufeff"


def read_json_text(path: Path, limit: int) -> str:
    """The first `limit` bytes of a file as text: UTF-8, UTF-16 or UTF-32, without the mark that
    some editors put in front. Bytes that mean nothing become U+FFFD. InputError without a file."""
    try:
        with path.open("rb") as file:
            data = file.read(limit)
    except OSError:  # uploads are deleted after a day
        raise InputError("no_file") from None
    return without_mark(data.decode(json.detect_encoding(data), "replace"))


def without_mark(text: str) -> str:
    """The text without a byte-order mark, which `json.loads` refuses."""
    return text.removeprefix(BYTE_ORDER_MARK)
