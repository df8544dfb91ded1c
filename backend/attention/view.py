"""One matrix to look at: a head, or an average, with tokens hidden or one half of a pair chosen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import torch

from backend.attention.recording import Recording, Stack
from backend.attention.request import Look
from backend.attention.tokens import Piece
from backend.errors import InputError


@dataclass(frozen=True)
class View:
    """What is seen. `look` has no empty layer, head or token left."""

    look: Look
    stack: Stack
    rows: np.ndarray  # int (r,): which of the stack's rows are shown
    columns: np.ndarray  # int (c,)
    weights: np.ndarray  # float32 (r, c)

    @property
    def shown_rows(self) -> list[Piece]:
        return [self.stack.rows[i] for i in self.rows]

    @property
    def shown_columns(self) -> list[Piece]:
        return [self.stack.columns[i] for i in self.columns]


def settled(recording: Recording, look: Look) -> tuple[Stack, Look]:
    """The look with what it leaves open chosen; InputError for a layer or head there is not."""
    name = look.stack or recording.first_stack
    if name not in recording.stacks:
        raise InputError(
            "not_a_choice", name="stack", choices=", ".join(recording.stacks), value=repr(name)
        )
    stack = recording.stacks[name]
    layer, head = stack.most_focused()
    if look.layer is not None and look.head is None:
        head = int(stack.focus[min(look.layer, len(stack.layers)) - 1].argmax()) + 1
    elif look.head is not None and look.layer is None:
        layer = int(stack.focus[:, min(look.head, stack.heads) - 1].argmax()) + 1
    chosen = {
        "stack": name,
        "layer": _in_range("layer", look.layer, layer, len(stack.layers)),
        "head": _in_range("head", look.head, head, stack.heads),
    }
    first = _telling_row(stack, chosen["layer"], chosen["head"]) if look.token is None else 1  # type: ignore[arg-type]
    chosen["token"] = _in_range("token", look.token, first, len(stack.rows))
    return stack, replace(look, **chosen)  # type: ignore[arg-type]


def view(recording: Recording, look: Look) -> View:
    """The matrix for a look: float32 (r, c); each row sums to 1 unless tokens are hidden."""
    stack, look = settled(recording, look)
    weights = matrix(stack, look)
    rows = _shown(stack.rows, look.hide, _sentence(look.pair, 0))
    columns = _shown(stack.columns, look.hide, _sentence(look.pair, 1))
    weights = weights[np.ix_(rows, columns)]
    if look.renormalise == "yes":
        weights = renormalised(weights)
    return View(look, stack, rows, columns, weights)


def matrix(stack: Stack, look: Look) -> np.ndarray:
    """The whole matrix (rows, columns) of one head, or the mean that `average` asks for."""
    assert look.layer is not None and look.head is not None
    layers: Iterable[int] = (look.layer - 1,)
    heads: Iterable[int] = (look.head - 1,)
    if look.average in ("layers", "all"):
        layers = range(len(stack.layers))
    if look.average in ("heads", "all"):
        heads = range(stack.heads)
    pairs = [(layer, head) for layer in layers for head in heads]
    total = torch.zeros(len(stack.rows), len(stack.columns))
    for layer, head in pairs:
        total += stack.layers[layer].weights(head)
    return (total / len(pairs)).numpy()


def renormalised(weights: np.ndarray) -> np.ndarray:
    """Rows divided by their sums; a row of which nothing is left stays zero."""
    sums = weights.sum(axis=1, keepdims=True)
    return np.divide(weights, sums, out=np.zeros_like(weights), where=sums > 0)


def _in_range(name: str, value: int | None, chosen: int, high: int) -> int:
    if value is None:
        return chosen
    if value > high:
        raise InputError("out_of_range", name=name, low="1", high=str(high), value=str(value))
    return value


def _telling_row(stack: Stack, layer: int, head: int) -> int:
    """The query to begin with, from 1: a decoder's last token, which has seen all; else the
    ordinary token that looks most firmly at another ordinary one."""
    ordinary = np.array([not piece.special for piece in stack.rows])
    if stack.layers[0].mask is not None or not ordinary.any():
        return len(stack.rows)
    weights = stack.layers[layer - 1].weights(head - 1).numpy().copy()
    weights[:, [piece.special for piece in stack.columns]] = 0
    if stack.is_square:
        np.fill_diagonal(weights, 0)
    return int(np.where(ordinary, weights.max(axis=1), -1).argmax()) + 1


def _sentence(pair: str, side: int) -> int | None:
    """Which sentence a side of "A->B" shows: 0, 1, or None for both."""
    return None if pair == "all" else "AB".index(pair[side])


def _shown(pieces: tuple[Piece, ...], hide: str, sentence: int | None) -> np.ndarray:
    kept = [
        index
        for index, piece in enumerate(pieces)
        if not (hide == "special" and piece.special)
        and not (hide == "first" and index == 0)
        and (sentence is None or (piece.sentence == sentence and not piece.special))
    ]
    if not kept:
        raise InputError("nothing_left")
    return np.array(kept)
