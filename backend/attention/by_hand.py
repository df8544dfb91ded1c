"""Attention on the visitor's own numbers: the steps of steps.py for a small table, in float64."""

from __future__ import annotations

import math

import numpy as np

from backend.attention.results import ByHand
from backend.errors import InputError
from backend.text import narrow, shown

MAX_WORDS, MAX_SIZE = 8, 8  # rows and columns of a table
MAX_VALUE = 1000.0  # the largest absolute value of a cell


def by_hand(q: object, k: object, v: object, causal: bool = False) -> ByHand:
    """softmax(Q Kᵀ / √d) V. Each of q, k and v is a list of rows of numbers, or of strings that
    are numbers; InputError names the table, row and column of a cell that is not."""
    tables = {name: check_table(name, value) for name, value in (("Q", q), ("K", k), ("V", v))}
    _same_shape(tables)
    queries, keys, values = tables.values()
    products = queries @ keys.T
    scaled = products / math.sqrt(queries.shape[1])
    count = len(queries)
    visible = np.tri(count, dtype=bool) if causal else np.ones((count, count), bool)
    weights = softmax(np.where(visible, scaled, -np.inf))
    return ByHand(products, scaled, visible, weights, weights @ values)


def softmax(scores: np.ndarray) -> np.ndarray:
    """Along the last axis; the maximum is subtracted first, so that nothing overflows."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def check_table(name: str, rows: object) -> np.ndarray:
    """A table as float64 (n, d), 1 to 8 each way."""
    is_table = isinstance(rows, list) and 1 <= len(rows) <= MAX_WORDS
    if not is_table or not all(isinstance(row, list) for row in rows):  # type: ignore[attr-defined]
        raise InputError("bad_table", name=name, words=MAX_WORDS, size=MAX_SIZE)
    assert isinstance(rows, list)
    sizes = {len(row) for row in rows}
    if len(sizes) != 1 or not 1 <= sizes.pop() <= MAX_SIZE:
        raise InputError("bad_table", name=name, words=MAX_WORDS, size=MAX_SIZE)
    return np.array(
        [
            [_number(name, i, j, cell) for j, cell in enumerate(row, 1)]
            for i, row in enumerate(rows, 1)
        ]
    )


def _same_shape(tables: dict[str, np.ndarray]) -> None:
    for name, table in tables.items():
        if table.shape != tables["Q"].shape:
            raise InputError("bad_table", name=name, words=MAX_WORDS, size=MAX_SIZE)


def _number(name: str, row: int, column: int, cell: object) -> float:
    try:
        plain = narrow(cell) if isinstance(cell, str) else cell
        number = math.nan if isinstance(plain, bool) else float(plain)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not abs(number) <= MAX_VALUE:  # NaN fails here, too
        raise InputError(
            "bad_cell",
            name=name,
            row=row,
            column=column,
            largest=f"{MAX_VALUE:g}",
            value=shown(cell),
        )
    return number
