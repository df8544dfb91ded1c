"""Somebody who is told what the backend does as it happens, such as the figures for a dashboard
(`metrics.py`). Without one nothing is counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from backend.messages import Message
from backend.models.registry import ModelSpec

# How a run of one row ended; "fell": the next row was tried, "refused": the input was wrong.
OUTCOMES = ("done", "stopped", "deadline", "busy", "refused", "fell", "error")


@dataclass(frozen=True)
class RunEnded:
    """One run of one row. Seconds are its own; those of others' turns and of waiting for a place
    are `waited`. `tokens` of the answers that it wrote, `fall`: why the next row was tried."""

    spec: ModelSpec
    outcome: str
    seconds: float
    waited: float
    tokens: int
    fall: Message | None = None


class Watch(Protocol):
    """Told on whichever thread it happens; must return at once."""

    def run_ended(self, run: RunEnded) -> None: ...

    def loaded(self, spec: ModelSpec, seconds: float) -> None: ...

    def load_failed(self, spec: ModelSpec) -> None: ...

    def evicted(self, spec: ModelSpec) -> None: ...
