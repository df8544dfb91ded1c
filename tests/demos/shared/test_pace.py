"""Redraws are few, and none that matters is lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from demos.shared import pace
from demos.shared.pace import paced


def test_within_a_long_interval_only_new_stages_are_shown() -> None:
    updates = ["load", "load", "read", "text", "text", "text", "end"]
    assert list(paced(iter(updates), lambda u: u, interval=1e9)) == ["load", "read", "text", "end"]


def test_no_interval_shows_all() -> None:
    assert list(paced(iter(range(5)), lambda _: "same", interval=0.0)) == [0, 1, 2, 3, 4]


def test_slow_redraws_are_fewer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each update comes a tenth of a second after the last; a redraw takes half a second."""
    clock = 0.0
    monkeypatch.setattr(pace.time, "monotonic", lambda: clock)

    def updates() -> Iterator[int]:
        nonlocal clock
        for number in range(60):
            clock += 0.1
            yield number

    shown = []
    for update in paced(updates(), lambda _: "same"):
        shown.append(update)
        clock += 0.5
    assert len(shown) == 4  # one in two seconds
