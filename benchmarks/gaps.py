"""How well the bundled models fill gaps and tell what follows: python -m benchmarks.gaps --data
GOEMOTIONS.

On texts that nothing here was fitted on: sentences written for the tests, GoEmotions' test comments
(its folder is GOEMOTIONS) and, for classical Chinese, the poems that the verse writer's training
held out. Of each text one word, drawn at random, is the gap: any word, also one that is no single
token, which no answer can be. Beside it what the most frequent words would get, and what the same
model makes of the text before the gap alone. Chance is 0.5 for the next sentence.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from backend.classification import likelihood
from backend.classification.gaps import GapFiller
from backend.classification.request import MASK
from backend.parts import finish
from benchmarks.table import show
from training.next_sentence import Pair, couplets_of, gains, loaded, pairs_of

GAPS, PAIRS, SEED = 100, 100, 1
WORD = re.compile(r"[A-Za-z]+")
CHARACTER = re.compile(r"[\u4e00-\u9fff]")
TEXTS = Path(__file__).resolve().parents[1] / "tests" / "backend" / "texts"


@dataclass(frozen=True)
class Gap:
    """A text with one gap, and the word that stood there."""

    text: str
    word: str


def gaps_in(texts: Sequence[str], word: re.Pattern[str], count: int) -> list[Gap]:
    """One gap in each of `count` texts, drawn at random."""
    draw, found = random.Random(SEED), []
    for text in draw.sample(list(texts), len(texts)):
        places = list(word.finditer(text))
        if len(places) > 2 and len(found) < count:
            place = draw.choice(places)
            found.append(Gap(text[: place.start()] + MASK + text[place.end() :], place[0]))
    return found


def shares(gaps: Sequence[Gap], answer: Callable[[str], list[str]]) -> tuple[float, float]:
    """Of how many gaps the first answer is right, and of how many one of the first five."""
    said = [answer(gap.text) for gap in gaps]
    first = sum(words[:1] == [gap.word] for gap, words in zip(gaps, said, strict=True))
    five = sum(gap.word in words[:5] for gap, words in zip(gaps, said, strict=True))
    return first / len(gaps), five / len(gaps)


def left_alone(filler: GapFiller, text: str) -> list[str]:
    """The likeliest words after the text before the gap."""
    left, _ = text.split(MASK)
    begun = [*likelihood.first_token(filler.lm), *filler._ids(left.rstrip())]
    _, first = finish(likelihood.read(filler.lm, begun, lambda: None))
    return list(filler._words((first,), left).values())


def masked_words(filler: GapFiller, name: str, texts: Sequence[str], word: re.Pattern[str]) -> None:
    """A line for the baselines and one for the model."""
    gaps = gaps_in(texts, word, GAPS)
    common = Counter(found for text in texts for found in word.findall(text)).most_common(5)
    frequent = [found for found, _ in common]
    seconds = []

    def timed(text: str) -> list[str]:
        begun = time.perf_counter()
        [found] = finish(filler.fill(text))
        seconds.append(time.perf_counter() - begun)
        return [filling.word for filling in found]

    print(f"  {name}, {len(gaps)} gaps: right first, right among five")
    for who, answer in (
        ("the most frequent words", lambda _: frequent),
        ("the text before the gap alone", lambda text: left_alone(filler, text)),
        ("the model", timed),
    ):
        first, five = shares(gaps, answer)
        print(f"    {who:<50} {first:.3f} {five:.3f}", flush=True)
    show("seconds a gap", seconds, "s")


def next_sentences(filler: GapFiller, name: str, pairs: tuple[list[Pair], list[Pair]]) -> None:
    """How many pairs are told right, those that follow and those that do not."""
    follow, other = (gains(filler, some) for some in pairs)
    threshold = filler.odds.threshold
    right = ((follow > threshold).mean() + (other <= threshold).mean()) / 2
    said = f"{(follow > threshold).mean():.3f} of those that follow, "
    said += f"{(other <= threshold).mean():.3f} of those that do not"
    print(f"  {name}, {2 * len(follow)} pairs, told right: {right:.3f} ({said})", flush=True)


def written() -> list[str]:
    """The English sentences that were written for the tests."""
    files = [TEXTS / f"{name}.tsv" for name in ("topics", "feelings")]
    lines = [line for file in files for line in file.read_text("utf-8").splitlines()]
    return [line.split("\t")[-2] for line in lines]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, help="folder of GoEmotions' tsv files")
    parser.add_argument("--work", type=Path, default=Path("training/work"))
    given = parser.parse_args()
    print("Masked words and next sentences, bundled models")
    prose = loaded("smollm2-135m-gaps")
    masked_words(prose, "English, written for the tests", written(), WORD)
    if given.data:
        from training.goemotions import read

        comments = [text for text in read(given.data, "test").texts if "[" not in text]
        masked_words(prose, "English, GoEmotions' test comments", comments, WORD)
        next_sentences(prose, "English, GoEmotions", pairs_of(comments, PAIRS, SEED))
    from training import verse

    poems = verse.data(given.work)["test"]
    writer = loaded("verse-writer-gaps")
    masked_words(writer, "Chinese, unseen poems", [poem.text for poem in poems], CHARACTER)
    couplets = couplets_of([poem.text for poem in poems], PAIRS, SEED)
    next_sentences(writer, "Chinese, unseen couplets", couplets)


if __name__ == "__main__":
    main()
