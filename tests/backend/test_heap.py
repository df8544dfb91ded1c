"""The heap is trimmed now and then, where something was done."""

from __future__ import annotations

import sys

import pytest

from backend import heap
from backend.heap import SECONDS, WORK, Trimmer


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    now = {"monotonic": 0.0, "process_time": 0.0}
    for name in ("monotonic", "process_time"):
        monkeypatch.setattr(heap.time, name, lambda name=name: now[name])
    return now


def test_it_is_trimmed_once_after_work_and_not_at_every_look(clock: dict[str, float]) -> None:
    trimmed: list[float] = []
    trimmer = Trimmer(lambda: trimmed.append(clock["monotonic"]))
    for second in range(60):
        clock["monotonic"] = float(second)
        clock["process_time"] = WORK * (second >= 3) + 2 * WORK * (second >= 30)
        trimmer.look()
    assert trimmed == [SECONDS, 30.0]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc is Linux's")
def test_what_glibc_offers_can_be_called(clock: dict[str, float]) -> None:
    trimmer = Trimmer()
    clock.update(monotonic=SECONDS, process_time=WORK)
    trimmer.look()
