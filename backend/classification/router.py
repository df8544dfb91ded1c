"""Which expert suits a text: the one whose typical texts are most like it, in MiniLM's space."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backend.classification.sentences import SentenceEncoder


AUTO = "auto"
NEAREST = 3  # typical texts that count for each expert
SHARPNESS = 10.0

# What each expert is for, as sentences of that kind; ids are the registry's.
TYPICAL: dict[str, tuple[str, ...]] = {
    "sentiment-expert": (
        "The room was clean and the staff were friendly.",
        "This phone is a waste of money, the battery dies in an hour.",
        "Great value, works exactly as described.",
        "The food was cold and the service slow.",
        "I would not recommend this product to anyone.",
        "The parcel arrived on Tuesday.",
    ),
    "emotion-expert": (
        "I am so scared about tomorrow.",
        "I miss my grandmother so much.",
        "How dare you talk to me like that!",
        "I can't stop smiling, we are getting married!",
        "Wait, what? I did not expect that at all.",
        "That smells disgusting, I feel sick.",
    ),
    "distilbert-sst2": (
        "The film is a visual delight, but the plot falls apart.",
        "A tender and funny movie with wonderful actors.",
        "The director wastes a great cast on a boring script.",
        "An unforgettable cinema experience.",
    ),
    "distilroberta-finance": (
        "Operating profit rose to 13.1 million euros from 8.7 million a year earlier.",
        "The company's shares fell after it issued a profit warning.",
        "The bank raised its interest rate by a quarter point.",
        "Quarterly revenue was in line with analysts' expectations.",
    ),
}

# Who answers where the better suited one is not on this disk: they ask the same question.
STANDS_IN = {"distilbert-sst2": "sentiment-expert", "distilroberta-finance": "sentiment-expert"}


@dataclass(frozen=True)
class Route:
    """The expert taken, and how well each suits the text (shares that sum to 1)."""

    expert: str
    shares: dict[str, float]


def route(encoder: SentenceEncoder, text: str, here: Sequence[str]) -> Route:
    """The best suited expert, or who stands in for it if its weights are not `here`."""
    texts = tuple(sentence for sentences in TYPICAL.values() for sentence in sentences)
    likeness = encoder.encode_once(texts) @ encoder.encode([text])[0]
    parts = likeness.split([len(some) for some in TYPICAL.values()])
    suits = [float(some.topk(NEAREST).values.mean()) for some in parts]
    shares = _shares(suits)
    best = max(shares, key=shares.__getitem__)
    return Route(best if best in here else STANDS_IN.get(best, here[0]), shares)


def _shares(suits: list[float]) -> dict[str, float]:
    import torch

    values = (SHARPNESS * torch.tensor(suits)).softmax(0).tolist()
    ranked = sorted(zip(TYPICAL, values, strict=True), key=lambda pair: -pair[1])
    return dict(ranked)
