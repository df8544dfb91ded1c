"""Steps that several runs take in one go, such as the next token of all rows of a batch.

A run that can go on together with others leaves its wish with the object that serves them all, and
yields `Waits(on=it)`. Whoever drives the runs of a device calls `step()` once all others had their
turn, and then resumes every run that waited. A run that was not served yet, because there was no
room, yields again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Together(Protocol):
    """Serves several runs at once."""

    def step(self) -> None:
        """Do what was asked for. What it raises is thrown into every run that waits on it."""


@dataclass(frozen=True)
class Waits:
    """What a run yields in place of a result: resume me after `on.step()`."""

    on: Together
