"""Damage to the bytes of a file: flips, cuts, splices, and lies in numbers of its header."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from random import Random

PNG = b"\x89PNG\r\n\x1a\n"
ODD_NUMBERS = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 65_000)
HEADER = 256  # bytes, at either end, in which most formats say how large things are


def mutated(data: bytes, other: bytes, chance: Random) -> bytes:
    """The bytes with one to four damages; `other` is a file from which pieces are spliced in."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        chance.choice(DAMAGES)(changed, other, chance)
    if changed.startswith(PNG) and chance.random() < 0.7:
        return with_true_sums(bytes(changed))
    return bytes(changed)


def with_true_sums(data: bytes) -> bytes:
    """A PNG whose chunks have right checksums again: damage that a decoder gets to see."""
    out, at = bytearray(data), len(PNG)
    while at + 12 <= len(out):
        (length,) = struct.unpack_from(">I", out, at)
        end = at + 8 + length
        if end + 4 > len(out):
            break
        struct.pack_into(">I", out, end, zlib.crc32(out[at + 4 : end]))
        at = end + 4
    return bytes(out)


def _flip(data: bytearray, other: bytes, chance: Random) -> None:
    for _ in range(chance.choice((1, 1, 3, 20))):
        if data:
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _cut(data: bytearray, other: bytes, chance: Random) -> None:
    if data:
        del data[chance.randrange(len(data)) :]


def _lose(data: bytearray, other: bytes, chance: Random) -> None:
    if data:
        at = chance.randrange(len(data))
        del data[at : at + chance.choice((1, 2, 4, 64, 1000))]


def _repeat(data: bytearray, other: bytes, chance: Random) -> None:
    at = chance.randrange(len(data) + 1)
    data[at:at] = data[at : at + 200] * chance.choice((1, 2, 30))


def _splice(data: bytearray, other: bytes, chance: Random) -> None:
    at, start = chance.randrange(len(data) + 1), chance.randrange(len(other) + 1)
    piece = other[start : start + chance.choice((4, 40, 400, 4000))]
    end = at + len(piece) if chance.random() < 0.5 else at
    data[at:end] = piece


def _noise(data: bytearray, other: bytes, chance: Random) -> None:
    if data:
        at = chance.randrange(len(data))
        data[at : at + 30] = chance.randbytes(30)


def _lie(data: bytearray, other: bytes, chance: Random) -> None:
    """An odd number in the place of one in the first or last bytes."""
    form = chance.choice(("<H", ">H", "<I", ">I"))
    size = struct.calcsize(form)
    span = min(HEADER, len(data)) - size
    if span <= 0:
        return
    at = chance.randrange(span)
    at = at if chance.random() < 0.6 else len(data) - HEADER + at if len(data) > HEADER else at
    struct.pack_into(form, data, at, chance.choice(ODD_NUMBERS) & (256**size - 1))


DAMAGES: tuple[Callable[[bytearray, bytes, Random], None], ...] = (
    _flip, _flip, _cut, _lose, _repeat, _splice, _noise, _lie, _lie, _lie,
)  # fmt: skip
