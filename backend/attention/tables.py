"""Tables of numbers from outside: lists of rows of numbers, or of strings that are numbers."""

from __future__ import annotations

import math
from typing import TypeGuard

import numpy as np

from backend.errors import InputError
from backend.text import narrow, shown

MAX_WORDS, MAX_SIZE = 8, 8  # rows and columns of a table
MAX_VALUE = 1000.0  # the largest absolute value of a cell


def check_table(name: str, rows: object) -> np.ndarray:
    """A table as float64 (n, d), 1 to 8 each way. InputError names the table, row and column of a
    cell that is no number."""
    if is_table(rows) and len(rows) <= MAX_WORDS:
        sizes = {len(row) for row in rows}
        if len(sizes) == 1 and 1 <= sizes.pop() <= MAX_SIZE:
            return _as_array(name, rows)
    raise InputError("bad_table", name=name, words=MAX_WORDS, size=MAX_SIZE)


def check_shape(name: str, rows: object, shape: tuple[int, int]) -> np.ndarray:
    """A table of exactly this shape as float64. InputError as in `check_table`."""
    if is_table(rows) and [len(row) for row in rows] == [shape[1]] * shape[0]:
        return _as_array(name, rows)
    raise InputError("wrong_shape", name=name, rows=shape[0], columns=shape[1])


def is_table(rows: object) -> TypeGuard[list[list[object]]]:
    """Whether it is a list of one or more lists."""
    return isinstance(rows, list) and bool(rows) and all(isinstance(row, list) for row in rows)


def _as_array(name: str, rows: list[list[object]]) -> np.ndarray:
    return np.array(
        [
            [_number(name, i, j, cell) for j, cell in enumerate(row, 1)]
            for i, row in enumerate(rows, 1)
        ]
    )


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
