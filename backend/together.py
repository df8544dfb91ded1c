"""Steps that several runs take in one go, such as the next token of all rows of a batch.

A run that can go on together with others leaves its wish with the object that serves them all, and
yields `Waits(on=it)`. Whoever drives the runs of a device calls `step()` once all others had their
turn, and then resumes every run that waited. A run that was not served yet, because there was no
room, yields again.

A step that fails is not raised inside the runs. Between a run's innermost generator, which waits,
and whoever drives the outermost there may be `for` loops, and what is thrown into the outermost
would end it before the innermost heard of it. So the object remembers that it failed, and its runs
look there when they are resumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Together(Protocol):
    """Serves several runs at once."""

    def step(self) -> None:
        """Do what was asked for. If it fails the runs are resumed all the same; whoever waits then
        finds a sign of it here, or would wait for ever."""


@dataclass(frozen=True)
class Waits:
    """What a run yields in place of a result: resume me after `on.step()`."""

    on: Together
