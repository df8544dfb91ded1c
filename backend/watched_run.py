"""A run of one row as those see it who keep watch: how it ended, its times, and its tokens."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from backend.errors import BusyError, Cancelled, DeadlineExceeded, InputError, StoppingError
from backend.fallback import reason_to_fall
from backend.jobs import Job
from backend.run import Run
from backend.watch import RunEnded, Watch


def reported(updates: Iterator[Any], run: Run, watch: Watch) -> Iterator[Any]:
    """The updates of one attempt with one row; `watch` is told how it ended."""
    clock, tokens = run.job.clock, TokenCount()
    begun, stood = time.monotonic(), clock.stood
    outcome, fall = "stopped", None  # the consumer may leave
    try:
        for update in updates:
            tokens.note(update)
            yield update
        outcome = _outcome_of(run.job)
    except Exception as error:
        fall = reason_to_fall(run.spec, error)
        outcome = "fell" if fall else _outcome_after(error)
        raise
    finally:
        if close := getattr(updates, "close", None):
            close()
        waited = clock.stood - stood
        seconds = time.monotonic() - begun - waited
        watch.run_ended(RunEnded(run.spec, outcome, seconds, waited, tokens.new, fall))


class TokenCount:
    """The tokens that a run has written; those of an earlier answer, which it continues, are not
    its own."""

    def __init__(self) -> None:
        self._taken_over: int | None = None
        self._count = 0

    @property
    def new(self) -> int:
        return max(0, self._count - (self._taken_over or 0))

    def note(self, update: Any) -> None:
        """Look at one update. An answer's first has one token that is new."""
        answer = getattr(update, "text", None) is not None and getattr(update, "tokens", None)
        if answer and self._taken_over is None:
            self._taken_over = len(answer) - 1
        count = _figure(update, "answer_tokens") or (len(answer) if answer else 0)
        self._count = max(self._count, int(count))


def _figure(update: Any, name: str) -> Any:
    """A figure of the update's run card, or of what the card would say."""
    card = getattr(update, "card", None)
    figures = card.figures if card else getattr(update, "figures", None)
    return (figures or {}).get(name)


def _outcome_of(job: Job) -> str:
    """Of a run that ended without an error: Stop and the deadline leave what there is."""
    if job.is_cancelled:
        return "stopped"
    return "deadline" if job.is_cut else "done"


def _outcome_after(error: Exception) -> str:
    kinds = {
        Cancelled: "stopped",
        StoppingError: "stopped",
        DeadlineExceeded: "deadline",
        BusyError: "busy",
        InputError: "refused",
    }
    return kinds.get(type(error), "error")
