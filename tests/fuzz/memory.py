"""A server's memory over time."""

from __future__ import annotations

import threading
import time
from statistics import median

import psutil

SECONDS = 2.0  # between two looks


class Memory:
    """Looks at the process until `stop`; megabytes by seconds since it began."""

    def __init__(self, process: psutil.Process) -> None:
        self.samples: list[tuple[float, float]] = []
        self._process, self._began = process, time.monotonic()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def table(self, rows: int = 20) -> list[str]:
        """The median and the highest of each stretch of time, one line each."""
        whole = self.samples[-1][0] if self.samples else 0.0
        step = max(whole / rows, SECONDS)
        stretches: dict[int, list[float]] = {}
        for second, megabytes in self.samples:
            stretches.setdefault(int(second / step), []).append(megabytes)
        return [
            f"{number * step / 60:6.1f} min {median(those):7,.0f} MB, at most {max(those):7,.0f} MB"
            for number, those in stretches.items()
        ]

    def growth(self, warm: float) -> float:
        """Megabytes from the stretch after `warm` seconds to the last one, by their medians."""
        late = [megabytes for second, megabytes in self.samples if second >= warm]
        part = max(len(late) // 5, 1)
        return median(late[-part:]) - median(late[:part]) if late else 0.0

    def _look(self) -> None:
        while not self._over.wait(SECONDS):
            try:
                megabytes = self._process.memory_info().rss / 1e6
            except psutil.Error:  # it was killed
                return
            self.samples.append((time.monotonic() - self._began, megabytes))
