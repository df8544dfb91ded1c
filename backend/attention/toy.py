"""A transformer of one layer, small enough that all its numbers can be seen at once.

    X = E + P                                   what a word means, and where it stands
    Q = X W_Q    K = X W_K    V = X W_V
    heads: softmax(Q Kᵀ / √size + mask) V       by_hand.py: the formula of the real views
    H = X + [head 1, head 2] W_O                the residual stream keeps X
    Y = H + max(0, H W_1) W_2                   the feed-forward network, and again the stream
    probabilities = softmax(Y W_U)              of the word that comes next

Layer norm and biases, which real layers have besides, are left out.
"""

from __future__ import annotations

import numpy as np

from backend.attention import formula
from backend.attention.by_hand import attend
from backend.attention.results import Toy
from backend.attention.toy_numbers import ToyNumbers


def toy(numbers: ToyNumbers) -> Toy:
    """Every number that follows from those given."""
    x = numbers.embedding + numbers.position
    q, k, v = x @ numbers.w_q, x @ numbers.w_k, x @ numbers.w_v
    parts = (np.split(table, numbers.heads, axis=1) for table in (q, k, v))
    heads = tuple(
        attend(of_q, of_k, of_v, numbers.causal) for of_q, of_k, of_v in zip(*parts, strict=True)
    )
    joined = np.concatenate([head.output for head in heads], axis=1)
    attended = x + joined @ numbers.w_o
    hidden = np.maximum(attended @ numbers.w_1, 0)
    output = attended + hidden @ numbers.w_2
    logits = output @ numbers.w_u
    return Toy(x, q, k, v, heads, joined, attended, hidden, output, logits, formula.softmax(logits))
