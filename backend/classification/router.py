"""Which expert suits a text: the one whose typical texts are nearest to it in the text
encoder's space, whichever of its languages the text is in.

The typical texts are in the experts' rows (`typical` in `backend/models/registry.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from backend.classification.results import Route
from backend.models.registry import ModelSpec

if TYPE_CHECKING:
    from backend.classification.sentences import SentenceEncoder

NEAREST = 3  # typical texts that count for each expert
SHARPNESS = 10.0  # of the softmax over mean cosine similarities


def route(
    encoder: SentenceEncoder, text: str, experts: Sequence[ModelSpec], here: Collection[ModelSpec]
) -> Route:
    """The expert that suits the text best; if its weights are not `here`, its stand-in.

    `experts` are rows with typical texts; the first that is `here` answers where the best one has
    no stand-in.
    """
    shares = _shares(encoder, text, experts)
    best = next(iter(shares))
    if best in here:
        return Route(best, shares)
    stand_ins = [row for row in here if row.id == best.stand_in]
    default = next(row for row in experts if row in here)
    return Route(stand_ins[0] if stand_ins else default, shares)


def _shares(
    encoder: SentenceEncoder, text: str, experts: Sequence[ModelSpec]
) -> dict[ModelSpec, float]:
    """A softmax over the experts' mean cosine similarity to the text, best first."""
    import torch

    typical = tuple(sentence for row in experts for sentence in row.typical)
    cosines = encoder.encode_once(typical) @ encoder.encode([text])[0]
    parts = cosines.split([len(row.typical) for row in experts])
    means = [part.topk(min(NEAREST, len(part))).values.mean() for part in parts]
    values = (SHARPNESS * torch.stack(means)).softmax(0).tolist()
    return dict(sorted(zip(experts, values, strict=True), key=lambda pair: -pair[1]))
