"""Many texts at once: chunk by chunk, so that a run that stops keeps what it has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from backend.classification import metrics
from backend.classification.results import Batch, Judged
from backend.csv_tables import Table, unique, write_table
from backend.errors import InputError
from backend.text import shown

if TYPE_CHECKING:
    from backend.classification.expert import Expert

ADDED_COLUMNS = ("predicted", "confidence")  # before the probabilities
MAX_GOLD_LABELS = 50  # the confusion matrix grows with their square


def classify_rows(
    expert: Expert, texts: Sequence[str], check: Callable[[], None] = lambda: None
) -> Iterator[Batch | None]:
    """All rows so far, after each chunk, and None in between; `check` may raise meanwhile."""
    parts: list[np.ndarray] = []
    for part in expert.chunks(texts, check):
        if part is None:
            yield None
            continue
        parts.append(part)
        found = np.concatenate(parts)
        yield Batch(len(found), len(texts), expert.labels, found)


def gold_column(table: Table, name: str | None) -> list[str] | None:
    """The right labels; None without a column's name. InputError for a column of no labels."""
    if not name:
        return None
    cells = table.column(name)
    count = len({cell.strip().casefold() for cell in cells})
    if count > MAX_GOLD_LABELS:
        raise InputError("too_many_gold", name=shown(name), count=count, limit=MAX_GOLD_LABELS)
    return cells


def judge(batch: Batch, gold: Sequence[str]) -> Judged | None:
    """The metrics of the rows that have a gold label; None if no row has. Case does not matter."""
    names = {label.casefold(): label for label in batch.labels}
    cells = [cell.strip() for cell in gold[: batch.done]]
    rows = [number for number, cell in enumerate(cells) if cell]
    if not rows:
        return None
    true = [names.get(cells[row].casefold(), cells[row]) for row in rows]
    all_predicted, confidence = batch.predicted, batch.confidence
    predicted = [all_predicted[row] for row in rows]
    right = [said == label for said, label in zip(predicted, true, strict=True)]
    return Judged(
        metrics.report(true, predicted),
        metrics.calibration([confidence[row] for row in rows], right),
    )


def as_csv(table: Table, batch: Batch) -> bytes:
    """The table's finished rows with the label, its probability, and those of all labels."""
    columns = unique([*table.columns, *ADDED_COLUMNS, *(f"p({label})" for label in batch.labels)])
    rows = (
        [*row, label, f"{confidence:.6f}", *(f"{value:.6f}" for value in values)]
        for row, label, confidence, values in zip(
            table.rows, batch.predicted, batch.confidence, batch.probabilities, strict=False
        )
    )
    return write_table(columns, rows)
