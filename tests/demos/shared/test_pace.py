"""Redraws are few, and none that matters is lost."""

from __future__ import annotations

from demos.shared.pace import paced


def test_within_a_long_interval_only_new_stages_are_shown() -> None:
    updates = ["load", "load", "read", "text", "text", "text", "end"]
    assert list(paced(iter(updates), lambda u: u, interval=1e9)) == ["load", "read", "text", "end"]


def test_no_interval_shows_all() -> None:
    assert list(paced(iter(range(5)), lambda _: "same", interval=0.0)) == [0, 1, 2, 3, 4]
