"""A view as CSV and JSON: the exact weights with their tokens."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from backend.attention.tokens import Piece
from backend.attention.view import View


def as_csv(seen: View) -> str:
    """A line for each row: its token, then a weight for each column; the tokens on top."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["from \\ to", *(piece.text for piece in seen.shown_columns)])
    for piece, weights in zip(seen.shown_rows, seen.weights, strict=True):
        writer.writerow([piece.text, *(f"{weight:.9g}" for weight in weights)])
    return file.getvalue()


def as_json(seen: View) -> str:
    """{"look", "rows", "columns", "weights"}; weights[row][column]."""
    return json.dumps(as_values(seen), ensure_ascii=False)


def as_values(seen: View) -> dict[str, Any]:
    return {
        "look": vars(seen.look),
        "rows": [piece_as_values(piece) for piece in seen.shown_rows],
        "columns": [piece_as_values(piece) for piece in seen.shown_columns],
        "weights": [[float(f"{weight:.9g}") for weight in row] for row in seen.weights],
    }


def piece_as_values(piece: Piece) -> dict[str, Any]:
    """A token as plain values."""
    return {
        "text": piece.text,
        "token": piece.token,
        "id": piece.id,
        "start": piece.start,
        "end": piece.end,
        "special": piece.special,
        "sentence": piece.sentence,
        "part": [piece.part, piece.parts],
    }
