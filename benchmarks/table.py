"""Figures as lines of text."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Any


def show(name: str, values: Sequence[float], unit: str) -> float:
    """Print a figure's median with its range; returns the median."""
    middle = median(values)
    spread = f"{min(values):.3g} to {max(values):.3g}, {len(values)} runs"
    print(f"  {name:<52} {middle:>8.3g} {unit:<10} ({spread})")
    return middle


def show_ratio(name: str, ratio: float, bar: str) -> None:
    """Print a ratio beside the bar it is held against."""
    print(f"  {name:<52} {ratio:>8.3g} {'':<10} (bar: {bar})")


def in_turn(calls: Mapping[str, Callable[[], Any]], runs: int) -> dict[str, list[float]]:
    """Seconds of each call, one call after the other and all of them again, `runs` times.

    What slows the machine for a while slows them all. A first round warms up and is not counted.
    """
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for turn in range(runs + 1):
        for name, call in calls.items():
            begun = time.perf_counter()
            call()
            if turn:
                seconds[name].append(time.perf_counter() - begun)
    return seconds
