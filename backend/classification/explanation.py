"""What "Why" answers: scores of words, and figures that say whether to believe them."""

from __future__ import annotations

from dataclasses import dataclass

from backend.words import Word

MOST_WORDS = 120


@dataclass(frozen=True)
class Explanation:
    """Two scores a word, in nats of log-odds; positive speaks for the label."""

    label: str
    probability: float
    words: tuple[Word, ...]
    gradients: tuple[float, ...]  # integrated gradients
    dropped: tuple[float, ...]  # leave-one-out: what is lost without the word
    difference: float  # log-odds of the text less those of the empty text
    gap: float  # |sum of gradients - difference| / |difference|
    agreement: float | None  # Spearman's rank correlation; None for fewer than 3 words
    removed: int  # how many words faithfulness takes away
    fall: dict[str, float]  # probability lost: "gradients", "dropped", "random"
