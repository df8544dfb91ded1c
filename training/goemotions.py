"""GoEmotions (Demszky et al. 2020, CC BY 4.0): Reddit comments with 27 emotions and neutral.

Fetch its three published splits, `train.tsv`, `dev.tsv` and `test.tsv`, into one folder: each line
is a text, a tab, comma-separated label numbers, a tab, an id. The label groups are the paper's.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

EMOTIONS = (
    "admiration",
    "amusement",
    "anger",
    "annoyance",
    "approval",
    "caring",
    "confusion",
    "curiosity",
    "desire",
    "disappointment",
    "disapproval",
    "disgust",
    "embarrassment",
    "excitement",
    "fear",
    "gratitude",
    "grief",
    "joy",
    "love",
    "nervousness",
    "optimism",
    "pride",
    "realization",
    "relief",
    "remorse",
    "sadness",
    "surprise",
    "neutral",
)
POSITIVE = (
    "admiration amusement approval caring desire excitement gratitude joy love "
    "optimism pride relief"
)
SENTIMENT = {
    "positive": POSITIVE,
    "negative": "anger annoyance disappointment disapproval disgust embarrassment fear grief "
    "nervousness remorse sadness",
    "neutral": "neutral",
    "ambiguous": "confusion curiosity realization surprise",
}
EKMAN = {
    "anger": "anger annoyance disapproval",
    "disgust": "disgust",
    "fear": "fear nervousness",
    "joy": POSITIVE,
    "sadness": "disappointment embarrassment grief remorse sadness",
    "surprise": "confusion curiosity realization surprise",
    "neutral": "neutral",
}
FINER = {name: name for name in EMOTIONS}
QUESTIONS = {"sentiment": SENTIMENT, "emotion": EKMAN, "finer": FINER}

# Masks of the publishers, and words to replace them: a model should not learn the masks.
MASKED = {
    "[NAME]": [
        "James",
        "Mary",
        "John",
        "Linda",
        "David",
        "Sarah",
        "Kim",
        "Ali",
        "Maria",
        "Tom",
        "Anna",
        "Chris",
        "Alex",
        "Sam",
        "Nina",
    ],
    "[RELIGION]": ["Christian", "Muslim", "Jewish", "Buddhist", "Hindu", "Catholic"],
}


@dataclass(frozen=True)
class Comments:
    """Texts and which of the 28 emotions each has, bool [N, 28]."""

    texts: list[str]
    emotions: np.ndarray

    def __len__(self) -> int:
        return len(self.texts)

    def grouped(self, groups: dict[str, str]) -> np.ndarray:
        """Which groups each text has, bool [N, len(groups)]."""
        columns = [[EMOTIONS.index(name) for name in names.split()] for names in groups.values()]
        return np.stack([self.emotions[:, places].any(1) for places in columns], axis=1)


def read(folder: Path, split: str, limit: int = 0) -> Comments:
    """The comments of "train", "dev" or "test"; the first `limit` of them, if it is not 0."""
    lines = (folder / f"{split}.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line.strip()]
    rows = rows[: limit or len(rows)]
    emotions = np.zeros((len(rows), len(EMOTIONS)), bool)
    for number, row in enumerate(rows):
        emotions[number, [int(label) for label in row[1].split(",")]] = True
    return Comments([row[0] for row in rows], emotions)


def unmasked(text: str, draw: random.Random) -> str:
    """The text with a random word for each mask."""
    for mask, words in MASKED.items():
        while mask in text:
            text = text.replace(mask, draw.choice(words), 1)
    return text


def batches(lengths: list[int], size: int, draw: random.Random) -> Iterator[list[int]]:
    """Batches of row numbers without end, each epoch in a new order; a batch's texts have similar
    lengths."""
    while True:
        order = draw.sample(range(len(lengths)), len(lengths))
        groups = [order[start : start + 100 * size] for start in range(0, len(order), 100 * size)]
        epoch = []
        for group in groups:
            group.sort(key=lengths.__getitem__)
            epoch += [group[start : start + size] for start in range(0, len(group), size)]
        draw.shuffle(epoch)
        yield from epoch
