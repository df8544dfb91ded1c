"""One token's attention in one head, step by step, with the model's real numbers.

    products = K q                     how well each key answers the query
    scaled   = products / √d           so that their spread does not grow with d
    masked   = scaled + mask           -inf where a token may not attend
    weights  = softmax(masked)         positive, sum 1
    output   = weightsᵀ V              the head's output for this token

Where the model uses RoPE, q and k are already rotated; other models add the position to the token's
embedding before the first layer. The weights are the heat-map's row.
"""

from __future__ import annotations

import torch

from backend.attention import formula
from backend.attention.recording import Layer
from backend.attention.results import Steps


def steps(layer: Layer, head: int, row: int) -> Steps:
    """The steps of a row (from 0) in a head (from 0) of a layer."""
    group = layer.group(head)
    q, k, v = layer.q[head, row], layer.k[group], layer.v[group]
    products, scaled = formula.scores(q, k, layer.scaling)
    added = torch.zeros(len(k)) if layer.mask is None else layer.mask[row]
    weights = formula.weights(scaled, added)
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
