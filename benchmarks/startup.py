"""From `python app.py` to HTTP 200, beside a bare gr.Blocks page; memory before the first click."""

from __future__ import annotations

import time
from pathlib import Path

import psutil

from benchmarks.table import show, show_ratio
from tests.serving import ROOT, serving

RUNS = 5
BARE = Path(__file__).with_name("bare_page.py")


def main() -> None:
    print("Start-up")
    ours, bare, memory = [], [], []
    for _ in range(RUNS):
        bare.append(start(BARE)[0])
        seconds, resident = start(ROOT / "app.py")
        ours.append(seconds)
        memory.append(resident / 1e6)
    slow = show("app.py to HTTP 200", ours, "s")
    fast = show("bare gr.Blocks page to HTTP 200", bare, "s")
    show_ratio("app.py / bare page", slow / fast, "at most 1.25")
    show("resident before the first click (bar: under 250)", memory, "MB")


def start(script: Path) -> tuple[float, int]:
    """Seconds until a script's page answers, and the bytes it then holds."""
    begun = time.perf_counter()
    with serving(script=script):
        seconds = time.perf_counter() - begun
        children = psutil.Process().children()
        return seconds, max(child.memory_info().rss for child in children)
