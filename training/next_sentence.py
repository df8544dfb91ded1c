"""Fit when a sentence follows another: `python -m training.next_sentence --data FOLDER`.

A language model gives each pair of sentences a number: the nats by which a token of the second one
gains after the first. Two numbers make a probability of it (Platt 1999): `Odds` in
`backend/classification/gaps.py`, where the printed ones belong. English from GoEmotions' training
comments (its folder is FOLDER), classical Chinese from the verse writer's training poems. Seeded;
a few minutes.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from backend.classification.gaps import GapFiller, Odds
from backend.parts import finish

PAIRS = 100  # that follow, and as many that do not
SENTENCE = re.compile(r"[^.!?]{12,}[.!?]+(?=\s|$)")
COUPLET = re.compile(r"[^。！？]+[。！？]")
Pair = tuple[str, str]


def pairs_of(texts: Sequence[str], count: int, seed: int) -> tuple[list[Pair], list[Pair]]:
    """The first two sentences of `count` texts; and each first one with the second of another."""
    found = [SENTENCE.findall(text) for text in texts]
    whole = [(two[0].strip(), two[1].strip()) for two in found if len(two) > 1]
    return _with_strangers(whole, count, seed)


def couplets_of(poems: Sequence[str], count: int, seed: int) -> tuple[list[Pair], list[Pair]]:
    """The same of the couplets of poems, with their marks."""
    found = [COUPLET.findall(poem) for poem in poems]
    whole = [(couplets[0], couplets[1]) for couplets in found if len(couplets) > 1]
    return _with_strangers(whole, count, seed)


def _with_strangers(whole: list[Pair], count: int, seed: int) -> tuple[list[Pair], list[Pair]]:
    kept = random.Random(seed).sample(whole, min(count, len(whole)))
    seconds = [second for _, second in kept]
    moved = seconds[1:] + seconds[:1]
    return kept, [(first, other) for (first, _), other in zip(kept, moved, strict=True)]


def gains(filler: GapFiller, pairs: Sequence[Pair]) -> np.ndarray:
    """What each second sentence gains by the first, float64 [N]."""
    return np.array([finish(filler.gain(*pair)) for pair in pairs])


def fit(follow: np.ndarray, other: np.ndarray) -> Odds:
    """Logistic regression of one number."""
    from sklearn.linear_model import LogisticRegression

    values = np.concatenate([follow, other])[:, None]
    model = LogisticRegression(C=1e6).fit(values, [1] * len(follow) + [0] * len(other))
    slope = float(model.coef_[0, 0])
    return Odds(slope, -float(model.intercept_[0]) / slope)


def loaded(row: str) -> GapFiller:
    from backend.device import choose_device
    from backend.models.pool import load_with_its_loader
    from backend.models.registry import MODELS

    spec = next(one for one in MODELS if one.id == row)
    found = load_with_its_loader(spec, choose_device(spec.tier))
    assert isinstance(found, GapFiller)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of GoEmotions' tsv files")
    parser.add_argument("--work", type=Path, default=Path("training/work"))
    given = parser.parse_args()
    from training import verse
    from training.goemotions import read

    comments = pairs_of(read(given.data, "train").texts, PAIRS, seed=0)
    poems = [poem.text for poem in verse.data(given.work)["train"]]
    both = {"smollm2-135m-gaps": comments, "verse-writer-gaps": couplets_of(poems, PAIRS, seed=0)}
    for row, (follow, other) in both.items():
        filler = loaded(row)
        odds = fit(gains(filler, follow), gains(filler, other))
        print(f"{row}: Odds({odds.slope:.2f}, {odds.threshold:.3f})", flush=True)


if __name__ == "__main__":
    main()
