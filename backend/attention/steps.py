"""One token's attention in one head, step by step, with the model's real numbers.

    products = K q                     how well each key answers the query
    scaled   = products / √d           so that their spread does not grow with d
    masked   = scaled + mask           -inf where a token may not look
    weights  = softmax(masked)         positive, sum 1
    output   = weightsᵀ V              what the head hands on for this token

q and k already carry the position where the model adds it there (RoPE); the other models add it to
the token's embedding before the first layer. The last row is the heat-map's row.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from backend.attention.recording import Layer


@dataclass(frozen=True)
class Steps:
    """float32; c columns (the tokens looked at), d numbers a head."""

    q: np.ndarray  # (d,)
    k: np.ndarray  # (c, d)
    products: np.ndarray  # (c,)
    scaled: np.ndarray  # (c,)
    visible: np.ndarray  # bool (c,)
    weights: np.ndarray  # (c,)
    v: np.ndarray  # (c, d)
    output: np.ndarray  # (d,)
    model_output: np.ndarray  # (d,): the layer's own, recorded in the pass

    @property
    def difference(self) -> float:
        """How far the recomputed output is from the model's own, at most."""
        return float(np.abs(self.output - self.model_output).max())


def steps(layer: Layer, head: int, row: int) -> Steps:
    """The steps of a row (from 0) in a head (from 0) of a layer."""
    group = layer.group(head)
    q, k, v = layer.q[head, row], layer.k[group], layer.v[group]
    products = k @ q
    scaled = products * layer.scaling
    added = torch.zeros(len(k)) if layer.mask is None else layer.mask[row]
    weights = torch.softmax(scaled + added, dim=-1)
    return Steps(
        q=q.numpy(),
        k=k.numpy(),
        products=products.numpy(),
        scaled=scaled.numpy(),
        visible=(added > -1e30).numpy(),
        weights=weights.numpy(),
        v=v.numpy(),
        output=(weights @ v).numpy(),
        model_output=layer.output[row, head].numpy(),
    )


def strongest(weights: np.ndarray, count: int, always: int | None = None) -> np.ndarray:
    """The indices of the largest weights, in the text's order; `always` is among them."""
    order = np.argsort(-weights, kind="stable")[:count]
    if always is not None and always not in order:
        order = np.append(order[: count - 1], always)
    return np.sort(order)
