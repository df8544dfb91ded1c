"""Seeing inside a model: its own eager attention, with a watcher beside it.

transformers lets attention be computed by a registered function. Ours calls the eager function of
the model's own file, so that every number is the model's own, and then shows q, k, v, the mask,
the weights and the output to the `watcher` that the call of the model was given, if any:

    model(input_ids, watcher=watcher)
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.masking_utils import eager_mask

IMPLEMENTATION = "watched"  # the name to load a model with: attn_implementation=IMPLEMENTATION


@dataclass(frozen=True)
class Seen:
    """One layer's attention as it was computed; B texts, H heads, G key heads (H or fewer)."""

    module: Any
    q: torch.Tensor  # (B, H, rows, size), after position is added (RoPE), as are the keys
    k: torch.Tensor  # (B, G, columns, size)
    v: torch.Tensor  # (B, G, columns, size)
    mask: torch.Tensor | None  # (B or 1, 1, rows, columns), added to the scores; None: all visible
    scaling: float
    weights: torch.Tensor  # (B, H, rows, columns)
    output: torch.Tensor  # (B, rows, H, size), the heads' outputs side by side


class Watcher(Protocol):
    """Sees each layer as the model runs; what it returns is the output the model goes on with."""

    def __call__(self, seen: Seen) -> torch.Tensor: ...


def watched_attention(
    module: Any,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    watcher: Watcher | None = None,
    **options: Any,
) -> tuple[torch.Tensor, torch.Tensor]:
    """The attention function that transformers calls in each layer."""
    eager = sys.modules[type(module).__module__].eager_attention_forward
    output, weights = eager(module, query, key, value, attention_mask, **options)
    if watcher is not None:
        scaling = options.get("scaling") or query.shape[-1] ** -0.5
        seen = Seen(module, query, key, value, attention_mask, scaling, weights, output)
        output = watcher(seen)
    return output, weights


def register() -> None:
    """Make IMPLEMENTATION known to transformers; with the same masks as eager attention."""
    AttentionInterface.register(IMPLEMENTATION, watched_attention)
    AttentionMaskInterface.register(IMPLEMENTATION, eager_mask)
