"""Many texts at once: chunk by chunk, so that a run that stops keeps what it has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from backend.classification import metrics
from backend.csv_tables import Table, unique, write_table
from backend.errors import InputError
from backend.text import shown

if TYPE_CHECKING:
    from backend.classification.expert import Expert

ADDED = ("predicted", "confidence")  # columns before the probabilities
MOST_GOLD = 50  # different right labels: the confusion matrix grows with their square


@dataclass(frozen=True)
class Batch:
    """The rows classified so far, the first `done` of `total`."""

    done: int
    total: int
    labels: tuple[str, ...]
    probabilities: np.ndarray  # [done, labels]

    @property
    def said(self) -> list[str]:
        """The likeliest label of each row."""
        return [self.labels[place] for place in self.probabilities.argmax(1)]

    @property
    def confidence(self) -> list[float]:
        return [float(value) for value in self.probabilities.max(1)]


@dataclass(frozen=True)
class Judged:
    """Predictions beside gold labels. Rows without a gold label are left out."""

    report: metrics.Report
    calibration: metrics.Calibration

    @property
    def true_labels(self) -> set[str]:
        """The labels that occur as right ones."""
        rows = zip(self.report.labels, self.report.confusion, strict=True)
        return {label for label, counts in rows if sum(counts)}


def classify_rows(
    expert: Expert, texts: Sequence[str], check: Callable[[], None] = lambda: None
) -> Iterator[Batch]:
    """The batch after each chunk, each time with all rows so far; `check` may raise meanwhile."""
    parts: list[np.ndarray] = []
    for part in expert.chunks(texts, check):
        parts.append(part)
        found = np.concatenate(parts)
        yield Batch(len(found), len(texts), expert.labels, found)


def gold_column(table: Table, name: str | None) -> list[str] | None:
    """The right labels, None without a column's name. Raises InputError for what are no labels."""
    if not name:
        return None
    cells = table.column(name)
    count = len({cell.strip().casefold() for cell in cells})
    if count > MOST_GOLD:
        raise InputError("too_many_gold", name=shown(name), count=count, limit=MOST_GOLD)
    return cells


def judge(batch: Batch, gold: Sequence[str]) -> Judged | None:
    """The metrics of the rows that have a gold label; None if no row has. Case does not matter."""
    names = {label.casefold(): label for label in batch.labels}
    cells = [cell.strip() for cell in gold[: batch.done]]
    rows = [number for number, cell in enumerate(cells) if cell]
    if not rows:
        return None
    true = [names.get(cells[row].casefold(), cells[row]) for row in rows]
    said, sure = batch.said, batch.confidence
    guesses = [said[row] for row in rows]
    right = [guess == label for guess, label in zip(guesses, true, strict=True)]
    return Judged(
        metrics.report(true, guesses), metrics.calibration([sure[row] for row in rows], right)
    )


def as_csv(table: Table, batch: Batch) -> bytes:
    """The table's finished rows with the label, its probability, and every label's."""
    columns = unique([*table.columns, *ADDED, *(f"p({label})" for label in batch.labels)])
    rows = (
        [*row, label, f"{sure:.6f}", *(f"{value:.6f}" for value in chances)]
        for row, label, sure, chances in zip(
            table.rows, batch.said, batch.confidence, batch.probabilities, strict=False
        )
    )
    return write_table(columns, rows)
