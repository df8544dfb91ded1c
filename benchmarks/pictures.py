"""Memory and seconds that the worst pictures take while they are read: 64 megapixels each."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable

import numpy as np
import psutil
from PIL import Image

from backend.pictures import read_picture
from benchmarks.table import show

SIDE, AT_ONCE = 8000, 4
MODES = {"16-bit grey": "I;16", "with transparency": "RGBA", "colours": "RGB", "palette": "P"}


def main() -> None:
    print(f"Pictures of {SIDE} x {SIDE} pixels, {AT_ONCE} read at once (bar: under 1,000 MB)")
    read_picture(png("L", 10))  # Pillow's decoders are imported
    for name, mode in MODES.items():
        data = png(mode, SIDE)
        memory, seconds = peak(lambda data=data: read_picture(data))  # type: ignore[misc]
        show(f"{name}, {len(data) / 1000:.0f} kB: memory gained", [memory / 1e6], "MB")
        show("... seconds for all", [seconds], "s")


def png(mode: str, side: int) -> bytes:
    if mode == "I;16":
        picture = Image.fromarray(np.full((side, side), 30_000, np.uint16))
    else:
        picture = Image.new(mode, (side, side))
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def peak(call: Callable[[], object]) -> tuple[float, float]:
    """Bytes above the start at the worst moment of AT_ONCE calls side by side; their seconds."""
    process, ended = psutil.Process(), threading.Event()
    before = most = process.memory_info().rss
    threads = [threading.Thread(target=call) for _ in range(AT_ONCE)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    watcher = threading.Thread(target=lambda: [thread.join() for thread in threads] and ended.set())
    watcher.start()
    while not ended.wait(0.005):
        most = max(most, process.memory_info().rss)
    return most - before, time.perf_counter() - begun
