"""One matrix of weights: a head, or an average, with tokens hidden or one half of a pair chosen."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import torch

from backend.attention.recording import Recording, Stack
from backend.attention.request import ResolvedLook
from backend.attention.results import View
from backend.attention.tokens import PromptToken
from backend.errors import InputError


def view(recording: Recording, look: ResolvedLook) -> View:
    """The matrix for a look: float32 (r, c); each row sums to 1 unless tokens are hidden.

    InputError if the look hides all tokens of a side.
    """
    stack = recording.stacks[look.stack]
    rows, columns = shown_tokens(stack, look)
    weights = matrix(stack, look)[np.ix_(rows, columns)]
    if look.renormalise == "yes":
        weights = renormalised(weights)
    return View(look, stack, rows, columns, weights)


def matrix(stack: Stack, look: ResolvedLook) -> np.ndarray:
    """The whole matrix (rows, columns) of one head, or the mean that `average` asks for."""
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


def shown_tokens(stack: Stack, look: ResolvedLook) -> tuple[np.ndarray, np.ndarray]:
    """Which rows (r,) and columns (c,) of the stack the look shows; InputError if none."""
    rows = _shown(stack.rows, look.hide, _sentence(look.pair, 0))
    return rows, _shown(stack.columns, look.hide, _sentence(look.pair, 1))


def renormalised(weights: np.ndarray) -> np.ndarray:
    """Rows divided by their sums; a row with nothing left stays zero."""
    sums = weights.sum(axis=1, keepdims=True)
    return np.divide(weights, sums, out=np.zeros_like(weights), where=sums > 0)


def _sentence(pair: str, side: int) -> int | None:
    """Which sentence a side of "A->B" shows: 0, 1, or None for both."""
    return None if pair == "all" else "AB".index(pair[side])


def _shown(tokens: tuple[PromptToken, ...], hide: str, sentence: int | None) -> np.ndarray:
    kept = [
        index
        for index, token in enumerate(tokens)
        if not (hide == "special" and token.special)
        and not (hide == "first" and index == 0)
        and (sentence is None or (token.sentence == sentence and not token.special))
    ]
    if not kept:
        raise InputError("nothing_left")
    return np.array(kept)
