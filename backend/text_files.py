"""The text in a file's bytes: in Unicode, or in what older programs write in its place."""

from __future__ import annotations

import re
from collections.abc import Iterator

from backend.errors import InputError
from backend.messages import Message, message

BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
CONTROLS = bytes(set(range(32)) - set(b"\t\r\n"))
HIGH_BYTES = bytes(range(128, 256))
UNREADABLE = "\N{REPLACEMENT CHARACTER}"

# What a spreadsheet saves where it does not save Unicode: Python's names, and those people know.
CHINESE, WESTERN = "gb18030", "cp1252"  # GB18030 reads GBK and GB2312 too
ENCODINGS = {
    CHINESE: "GB18030",
    WESTERN: "Windows-1252",
    "big5hkscs": "Big5",
    "cp932": "Shift-JIS",
    "euc_jis_2004": "EUC-JP",
    "cp949": "EUC-KR",
    "cp1250": "Windows-1250",
    "cp1251": "Windows-1251",
    "cp1253": "Windows-1253",
    "cp1254": "Windows-1254",
}
TWO_BYTES = (CHINESE, "big5hkscs", "cp932", "euc_jis_2004", "cp949")
MARGIN = 2.5  # times likelier than the two usual ones another encoding must be
MOST = 0.8  # of the cells; for chardet one broken character rules Chinese out
SAMPLE_BYTES = 50_000  # a quarter of a second

LATIN = r"[A-Za-z\u00c0-\u024f]"
OTHER = r"[^\W\d_\x00-\u024f]"  # a letter of another script
TOUCHING = re.compile(rf"{LATIN}(?={OTHER})|{OTHER}(?={LATIN})")
WORD = re.compile(rf"(?<![^\W\d_]){OTHER}{{3,}}(?![^\W\d_])")
CELL = re.compile(rb"[^\r\n\t,;]+")  # no second byte of a character is one of these
# Characters whose bytes hardly mean anything else: of three or four bytes, and Latin letters.
TELLING = re.compile("[\u00c0-\u00ff\u0800-\U0010ffff]")
PAIR = re.compile(rb"[\x80-\xff]{2}")


def decoded(data: bytes) -> tuple[str, tuple[Message, ...]]:
    """The text; notes where the encoding was guessed, and where bytes could not be read.

    Raises InputError for bytes that are no text.
    """
    mark = next((name for sign, name in BYTE_ORDER_MARKS.items() if data.startswith(sign)), None)
    if mark is None and b"\x00" in data:
        raise InputError("file_binary")
    try:
        return data.decode(mark or "utf-8"), ()
    except UnicodeDecodeError:
        if mark is None and len(data.translate(None, CONTROLS)) < 0.99 * len(data):
            raise InputError("file_binary") from None
    if mark or _is_mostly_utf_8(data):
        return _mended(data, mark or "utf-8", ())
    encoding = _guess(data)
    return _mended(data, encoding, (message("guessed_encoding", encoding=ENCODINGS[encoding]),))


def _mended(
    data: bytes, encoding: str, notes: tuple[Message, ...]
) -> tuple[str, tuple[Message, ...]]:
    """The text with a sign in the place of what cannot be read, and a note that counts those."""
    text = data.decode(encoding, "replace")
    count = text.count(UNREADABLE) - data.decode(encoding, "ignore").count(UNREADABLE)
    if count > len(text) / 10:
        raise InputError("file_binary")
    return text, (*notes, message("unreadable_bytes", count=count)) if count else notes


def _is_mostly_utf_8(data: bytes) -> bool:
    """Whether the bytes in whole characters are four times as many as the broken ones: in other
    encodings about one pair of bytes in six is such a character by accident. Of telling ones, as
    many as there are broken bytes will do."""
    text = data.decode("utf-8", "ignore")
    whole = text.encode("utf-8")
    broken = len(data) - len(whole)
    in_characters = len(whole) - len(whole.translate(None, HIGH_BYTES))
    return in_characters >= 4 * broken or 0 < broken <= len(TELLING.findall(text))


def _guess(data: bytes) -> str:
    """The encoding: chardet's likeliest whose text can be meant.

    chardet compares pairs of bytes with those of real texts in each language, and tells Chinese,
    Japanese, Korean, Cyrillic and Greek apart by a few words, where charset-normalizer guesses.
    It is not trusted where the alphabet would change within a word (Italian “perchй”, “AÇÃO” as
    “A敲O”), nor where another encoding is little likelier than the two usual ones.
    """
    import chardet

    cells = list(_cells_beyond_ascii(data))
    whole = [cell for cell in cells if _is_whole(cell, CHINESE)]
    sample = b"\n".join(whole if len(whole) >= MOST * len(cells) else cells)
    guesses = chardet.detect_all(
        sample, ignore_threshold=True, include_encodings=ENCODINGS, compat_names=False
    )
    odds = {
        guess["encoding"]: guess["confidence"]
        for guess in guesses
        if guess["encoding"] in ENCODINGS and _can_be_meant(sample, guess["encoding"])
    }
    usual = CHINESE if odds.get(CHINESE, 0) > odds.get(WESTERN, 0) else WESTERN
    likeliest = max(odds, key=lambda name: odds[name], default=usual)
    return likeliest if odds.get(likeliest, 0) >= MARGIN * odds.get(usual, 0) else usual


def _cells_beyond_ascii(data: bytes) -> Iterator[bytes]:
    """The first different cells with more than ASCII: the rest would only water them down."""
    seen: set[bytes] = set()
    size = 0
    for cell in (match[0] for match in CELL.finditer(data)):
        if size < SAMPLE_BYTES and not cell.isascii() and cell not in seen:
            seen.add(cell)
            size += len(cell)
            yield cell


def _is_whole(cell: bytes, encoding: str) -> bool:
    try:
        cell.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _can_be_meant(sample: bytes, encoding: str) -> bool:
    """Whether letters of other scripts mostly keep apart from Latin ones, alphabets in words."""
    text = sample.decode(encoding, "replace")
    letters = len(re.findall(OTHER, text))
    if encoding in TWO_BYTES:  # “°C” and “ºB” are a character each in Big5
        return PAIR.search(sample) is not None and len(TOUCHING.findall(text)) <= letters / 2
    return sum(map(len, WORD.findall(text))) >= letters / 2
