"""Figures as lines of text."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median


def show(name: str, values: Sequence[float], unit: str) -> float:
    """Print a figure's median with its range; returns the median."""
    middle = median(values)
    spread = f"{min(values):.3g} to {max(values):.3g}, {len(values)} runs"
    print(f"  {name:<52} {middle:>8.3g} {unit:<10} ({spread})")
    return middle


def show_ratio(name: str, ratio: float, bar: str) -> None:
    """Print a ratio beside the bar it is held against."""
    print(f"  {name:<52} {ratio:>8.3g} {'':<10} (bar: {bar})")
