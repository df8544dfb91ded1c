"""How much a model reads in one part of a long step, so that others have their turn soon."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from torch import nn

# Weights times tokens: about a quarter of a second on two cores. On a GPU a small part is a waste.
ON_CPU, ON_GPU = 8e9, 1e12


def slices(model: nn.Module, shape: Sequence[int], device: str) -> Iterator[slice]:
    """The rows of ids of this shape, [texts, tokens], as parts; at least one text in each."""
    rows, width = shape
    budget = ON_CPU if device == "cpu" else ON_GPU
    step = max(1, int(budget / max(1, width * weights_per_token(model))))
    return (slice(start, start + step) for start in range(0, rows, step))


def weights_per_token(model: nn.Module) -> int:
    """The weights that every token is multiplied by; of an embedding it takes one row only."""
    layers = (layer for layer in model.modules() if not isinstance(layer, nn.Embedding))
    return sum(weight.numel() for layer in layers for weight in layer.parameters(recurse=False))
