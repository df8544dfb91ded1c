"""The numbers of a toy transformer, as a visitor gives them: n words, d numbers for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from backend.attention.positions import sinusoidal
from backend.attention.tables import check_shape, is_table
from backend.errors import InputError
from backend.text import clean_text, shown

MAX_TOKENS, MAX_WIDTH, MAX_HIDDEN = 6, 4, 6  # as much as is read on one screen
MAX_LENGTH = 12  # characters of a word
HEADS = (1, 2)
DECIMALS = 2  # of positions, so that they can be read


@dataclass(frozen=True)
class ToyNumbers:
    """All that can be changed. f hidden numbers; u words that may come next; float64."""

    tokens: tuple[str, ...]
    vocabulary: tuple[str, ...]
    heads: int
    causal: bool
    embedding: np.ndarray  # (n, d)
    position: np.ndarray  # (n, d)
    w_q: np.ndarray  # (d, d), as are w_k, w_v and w_o
    w_k: np.ndarray
    w_v: np.ndarray
    w_o: np.ndarray
    w_1: np.ndarray  # (d, f)
    w_2: np.ndarray  # (f, d)
    w_u: np.ndarray  # (d, u)

    def as_json(self) -> dict[str, Any]:
        """Plain values; whole numbers without a point."""
        return {name: _plain(value) for name, value in vars(self).items()}


LABELS = {  # of the tables, as people write them
    "embedding": "E", "position": "P", "w_q": "W_Q", "w_k": "W_K", "w_v": "W_V",
    "w_o": "W_O", "w_1": "W_1", "w_2": "W_2", "w_u": "W_U",
}  # fmt: skip
NAMES = tuple(field.name for field in fields(ToyNumbers))


def check_numbers(given: object) -> ToyNumbers:
    """ToyNumbers from outside values; InputError names the first bad one."""
    values = _complete(given)
    tokens, vocabulary = (_words(name, values[name]) for name in ("tokens", "vocabulary"))
    width = _size("embedding", values, MAX_WIDTH)
    n, d, u = len(tokens), width, len(vocabulary)
    f = _size("w_1", values, MAX_HIDDEN)
    shapes = {
        **{"embedding": (n, d), "position": (n, d), "w_1": (d, f), "w_2": (f, d), "w_u": (d, u)},
        **dict.fromkeys(("w_q", "w_k", "w_v", "w_o"), (d, d)),
    }
    tables = {
        name: check_shape(label, values[name], shapes[name]) for name, label in LABELS.items()
    }
    heads, causal = _heads(values["heads"], d), _causal(values["causal"])
    return ToyNumbers(tokens, vocabulary, heads, causal, **tables)


def fitted(given: Mapping[str, Any]) -> dict[str, Any]:
    """The same values for other words: rows that are too many go, and a new word begins with a row
    of zeros and a one, at its place if the others have places; so does a column of W_U."""
    values = dict(given)
    embedding, position, w_u = (values.get(name) for name in ("embedding", "position", "w_u"))
    tokens, vocabulary = values.get("tokens"), values.get("vocabulary")
    if isinstance(tokens, list) and is_table(embedding) and is_table(position):
        width, count = len(embedding[0]), len(tokens[:MAX_TOKENS])
        has_places = any(cell not in (0, "0", "") for row in position for cell in row)
        places = sinusoidal(count, width).round(DECIMALS) * has_places
        values["embedding"] = _rows(embedding, count, lambda row: _unit(row, width))
        values["position"] = _rows(position, count, lambda row: _plain(places[row]))
    if isinstance(vocabulary, list) and is_table(w_u):
        columns = [list(column) for column in zip(*w_u, strict=False)]
        made = _rows(columns, len(vocabulary[:MAX_TOKENS]), lambda row: _unit(row, len(w_u)))
        values["w_u"] = [list(row) for row in zip(*made, strict=True)]
    return values


def _rows(table: list[list[Any]], count: int, new: Callable[[int], list[Any]]) -> list[list[Any]]:
    return [table[row] if row < len(table) else new(row) for row in range(count)]


def _unit(row: int, width: int) -> list[int]:
    return [int(column == row % width) for column in range(width)]


def _complete(given: object) -> Mapping[str, Any]:
    if not isinstance(given, Mapping) or any(name not in given for name in NAMES):
        raise InputError("no_numbers", names=", ".join(NAMES), value=shown(given))
    unknown = sorted(str(name) for name in given if name not in NAMES)
    if unknown:
        raise InputError("unknown_option", name=unknown[0], choices=", ".join(NAMES))
    return given


def _words(name: str, given: object) -> tuple[str, ...]:
    """1 to MAX_TOKENS short words without blanks in them."""
    words = given if isinstance(given, list | tuple) else ()
    plain = tuple(clean_text(word, name)[0].strip() for word in words)
    is_right = all(word and len(word) <= MAX_LENGTH for word in plain)
    if not 1 <= len(plain) <= MAX_TOKENS or not is_right:
        value = shown(" ".join(plain))
        raise InputError("bad_words", name=name, most=MAX_TOKENS, length=MAX_LENGTH, value=value)
    return plain


def _size(name: str, values: Mapping[str, Any], most: int) -> int:
    """How many columns a table has that the others go by."""
    rows = values[name]
    if not is_table(rows) or not 1 <= len(rows[0]) <= most:
        raise InputError("wrong_width", name=LABELS[name], most=most)
    return len(rows[0])


def _heads(given: object, width: int) -> int:
    is_number = isinstance(given, int) and not isinstance(given, bool)
    if not is_number or given not in HEADS or width % given:
        raise InputError("bad_heads", width=width, value=shown(given))
    return given


def _causal(given: object) -> bool:
    if not isinstance(given, bool):
        raise InputError("not_a_choice", name="causal", choices="true, false", value=shown(given))
    return given


def _plain(value: Any) -> Any:
    """Arrays as lists of int where the number is whole, else float."""
    if isinstance(value, np.ndarray):
        return [_plain(row) for row in value.tolist()]
    if isinstance(value, list | tuple):
        return [_plain(row) for row in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
