"""Sizes in words."""

from __future__ import annotations


def bytes_in_words(count: float) -> str:
    """Decimal units, as download pages and disks count: 1_500_000_000 -> '1.5 GB'."""
    return _in_words(count, "GB", "MB", "kB") or f"{count:.0f} B"


def parameters_in_words(count: int) -> str:
    """134_515_008 -> '135 M'; 4_022_468_096 -> '4.0 B' (billions)."""
    return _in_words(count, "B", "M", "k") or f"{count}"


def _in_words(count: float, giga: str, mega: str, kilo: str) -> str:
    """In the largest unit of which there is one, with a decimal below 10; "" if there is none."""
    for unit, size in ((giga, 1e9), (mega, 1e6), (kilo, 1e3)):
        if count >= size:
            amount = count / size
            return f"{amount:.1f} {unit}" if amount < 10 else f"{amount:.0f} {unit}"
    return ""
