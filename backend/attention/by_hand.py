"""Attention on the visitor's own numbers: the formula of formula.py for a small table, in
float64."""

from __future__ import annotations

import math

import numpy as np

from backend.attention import formula
from backend.attention.results import ByHand
from backend.attention.tables import MAX_SIZE, MAX_WORDS, check_table
from backend.errors import InputError


def by_hand(q: object, k: object, v: object, causal: bool = False) -> ByHand:
    """softmax(Q Kᵀ / √d) V. Each of q, k and v is a list of rows of numbers, or of strings that
    are numbers; InputError names the table, row and column of a cell that is not."""
    tables = {name: check_table(name, value) for name, value in (("Q", q), ("K", k), ("V", v))}
    _same_shape(tables)
    queries, keys, values = tables.values()
    return attend(queries, keys, values, causal)


def attend(q: np.ndarray, k: np.ndarray, v: np.ndarray, causal: bool) -> ByHand:
    """The steps for tables that are checked: q and k (n, d), v (n, e)."""
    products, scaled = formula.scores(q, k, 1 / math.sqrt(q.shape[1]))
    count = len(q)
    visible = np.tri(count, dtype=bool) if causal else np.ones((count, count), bool)
    weights = formula.weights(scaled, np.where(visible, 0.0, -np.inf))
    return ByHand(products, scaled, visible, weights, weights @ v)


def _same_shape(tables: dict[str, np.ndarray]) -> None:
    for name, table in tables.items():
        if table.shape != tables["Q"].shape:
            raise InputError("bad_table", name=name, words=MAX_WORDS, size=MAX_SIZE)
