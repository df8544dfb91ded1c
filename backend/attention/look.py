"""Which stack, layer, head and token to look at: what is left open is chosen here, once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from backend.attention.recording import Recording, Stack
from backend.attention.request import Look, ResolvedLook
from backend.attention.view import shown_tokens
from backend.errors import InputError


def resolve(recording: Recording, look: Look) -> ResolvedLook:
    """The look with nothing left open; InputError for a stack, layer, head or token that the
    recording does not have."""
    name = look.stack or recording.first_stack
    if name not in recording.stacks:
        raise InputError(
            "not_a_choice", name="stack", choices=", ".join(recording.stacks), value=repr(name)
        )
    stack = recording.stacks[name]
    layer, head = _layer_and_head(stack, look)
    if look.token is None:
        token = _default_token(stack, layer, head)
    else:
        token = _in_range("token", look.token, len(stack.rows))
    return ResolvedLook(
        name, layer, head, token, look.average, look.hide, look.renormalise, look.pair
    )


def resolve_nearest(recording: Recording, look: Look) -> ResolvedLook:
    """The look without what this recording does not have: first the token is given up, then the
    layer and the head, at last everything."""
    elsewhere = replace(look, token=None)
    for candidate in (look, elsewhere, replace(elsewhere, layer=None, head=None)):
        try:
            resolved = resolve(recording, candidate)
            shown_tokens(recording.stacks[resolved.stack], resolved)  # something must be left
        except InputError:
            continue
        return resolved
    return resolve(recording, Look())


def _layer_and_head(stack: Stack, look: Look) -> tuple[int, int]:
    """The look's, from 1; of what it leaves open, the most focused."""
    layers, heads = len(stack.layers), stack.heads
    layer = None if look.layer is None else _in_range("layer", look.layer, layers)
    head = None if look.head is None else _in_range("head", look.head, heads)
    if layer is None and head is None:
        return stack.most_focused()
    if head is None:
        head = int(stack.focus[(layer or 1) - 1].argmax()) + 1
    if layer is None:
        layer = int(stack.focus[:, head - 1].argmax()) + 1
    return layer, head


def _in_range(name: str, value: int, high: int) -> int:
    if value > high:
        raise InputError("out_of_range", name=name, low="1", high=str(high), value=str(value))
    return value


def _default_token(stack: Stack, layer: int, head: int) -> int:
    """The query to begin with, from 1: a decoder's last token, which attends to the whole text;
    else the ordinary token with the largest single weight on another ordinary token."""
    ordinary = np.array([not token.special for token in stack.rows])
    if stack.layers[0].mask is not None or not ordinary.any():
        return len(stack.rows)
    weights = stack.layers[layer - 1].weights(head - 1).numpy().copy()
    weights[:, [token.special for token in stack.columns]] = 0
    if stack.is_square:
        np.fill_diagonal(weights, 0)
    return int(np.where(ordinary, weights.max(axis=1), -1).argmax()) + 1
