"""Seeing inside a model: its own eager attention, and a hook that is shown each layer.

transformers lets attention be computed by a registered function. Ours calls the eager function of
the model's own file, so that every number is the model's own, and then shows q, k, v, the mask,
the weights and the output to the hook that the call of the model was given, if any:

    model(input_ids, attention_hook=hook)
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.masking_utils import eager_mask

IMPLEMENTATION = "eager_with_hook"  # load a model with attn_implementation=IMPLEMENTATION


@dataclass(frozen=True)
class AttentionCall:
    """One layer's attention as it was computed; B texts, H heads, G <= H key-value heads."""

    module: Any
    q: torch.Tensor  # (B, H, rows, size), after position is added (RoPE), as are the keys
    k: torch.Tensor  # (B, G, columns, size)
    v: torch.Tensor  # (B, G, columns, size)
    mask: torch.Tensor | None  # (B or 1, 1, rows, columns), added to the scores; None: all visible
    scaling: float
    weights: torch.Tensor  # (B, H, rows, columns)
    output: torch.Tensor  # (B, rows, H, size), the heads' outputs side by side


class AttentionHook(Protocol):
    """Sees each layer's attention in the forward pass; what it returns becomes the output."""

    def __call__(self, call: AttentionCall) -> torch.Tensor: ...


def attention_with_hook(
    module: Any,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    attention_hook: AttentionHook | None = None,
    **options: Any,
) -> tuple[torch.Tensor, torch.Tensor]:
    """The attention function that transformers calls in each layer."""
    eager = sys.modules[type(module).__module__].eager_attention_forward
    output, weights = eager(module, query, key, value, attention_mask, **options)
    if attention_hook is not None:
        scaling = options.get("scaling") or query.shape[-1] ** -0.5
        output = attention_hook(
            AttentionCall(module, query, key, value, attention_mask, scaling, weights, output)
        )
    return output, weights


def register() -> None:
    """Make IMPLEMENTATION known to transformers; with the same masks as eager attention."""
    AttentionInterface.register(IMPLEMENTATION, attention_with_hook)
    AttentionMaskInterface.register(IMPLEMENTATION, eager_mask)
