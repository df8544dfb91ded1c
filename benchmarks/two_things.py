"""How often the bundled captioner names two things, of pictures of two and of one, and whether it
names them right: `python -m benchmarks.two_things`. Needs what `python -m training.data` writes.

Things are drawings in the style that was kept out of training, and the photographs that
`make bench-models` asks about. Half of the concepts, by their hash, choose the margin; the figures
are of the other half.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from PIL import Image

from backend.captioning.bundled import BundledCaptioner, Encoded
from backend.models import captioner as captioners
from backend.models.captioner import two_things
from backend.models.captioner.model import Captioner
from backend.models.sources import ASSETS
from benchmarks.held_out import held_out_style
from benchmarks.photographs import photographs
from benchmarks.picture_models import caption
from training.captions import common_keywords, keywords_of, names_of
from training.data import load

SIDE = 224  # pixels of a picture of two
PLACES = (  # of the two: beside, above and across each other
    ((0, 56), (112, 56)),
    ((56, 0), (56, 112)),
    ((0, 0), (112, 112)),
)
PAIRS = 40  # of each kind of picture
MARGINS = (0.0, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06)
LINKS = {"en": " and ", "zh": "和"}


@dataclass(frozen=True)
class Thing:
    """A picture, and what it may be called."""

    picture: Image.Image
    names: tuple[str, ...]

    def is_named_in(self, text: str) -> bool:
        """Whether any of its names is there as whole words."""
        return any(f" {name} " in f" {text} " for name in self.names)


def chooses(name: str) -> bool:
    """Whether a concept is of the half that chooses the margin."""
    return hashlib.sha256(f"two things {name}".encode()).digest()[0] % 2 == 0


def drawings(work: Path, choosing: bool) -> list[Thing]:
    """One of each concept of the half, in the unseen style."""
    common, found = common_keywords(load(work / "data")[1]), {}
    style = held_out_style(work, count=10_000)
    for picture, record in zip(style.pictures, style.records, strict=True):
        if chooses(record.concept) == choosing and not record.sign:
            names = (*names_of(record), *keywords_of(record, common))
            found.setdefault(record.concept, Thing(picture, names))
    return list(found.values())


def photos(work: Path, choosing: bool) -> list[Thing]:
    """Those of the half whose class is known."""
    named = [one for one in photographs(work / "sources") if one.name]
    return [
        Thing(one.picture, (str(one.name).lower(),))
        for one in named
        if chooses(str(one.name)) == choosing
    ]


def pairs(things: Sequence[Thing], count: int = PAIRS) -> Iterator[tuple[Image.Image, list[Thing]]]:
    """Two at a time on white paper, beside, above and across each other."""
    chance = random.Random(0)
    for number in range(count):
        two = chance.sample(list(things), 2)
        paper = Image.new("RGB", (SIDE, SIDE), "white")
        places = PLACES[number % len(PLACES)]
        for thing, place in zip(two, places, strict=True):
            paper.paste(thing.picture.convert("RGB").resize((SIDE // 2, SIDE // 2)), place)
        yield paper, two


def called_two(captions: Sequence[str], language: str = "en") -> float:
    """The share of captions that name two things."""
    return sum(LINKS[language] in text for text in captions) / len(captions)


def both_right(captions: Sequence[str], twos: Sequence[Sequence[Thing]]) -> float:
    """The share of captions that have a name of both things."""
    hits = [
        all(thing.is_named_in(text) for thing in two)
        for text, two in zip(captions, twos, strict=True)
    ]
    return sum(hits) / len(hits)


class Remembering(BundledCaptioner):
    """Looks at a picture once, however often it is asked about it."""

    def __init__(self, captioner: Captioner) -> None:
        super().__init__(captioner)
        self.seen: dict[int, Encoded] = {}

    def encode(self, picture: Image.Image, question: str = "", length: str = "short") -> Encoded:
        key = id(picture)
        if key not in self.seen:
            self.seen[key] = super().encode(picture)
        with torch.inference_mode():
            return self._encoded(self.seen[key].views, self.seen[key].shown)


@dataclass(frozen=True)
class Asked:
    """Pictures of two things, those two, and pictures of one."""

    pictures: tuple[Image.Image, ...]
    twos: tuple[list[Thing], ...]
    single: list[Image.Image]

    @classmethod
    def about(cls, things: Sequence[Thing]) -> Asked:
        """PAIRS of them together, and as many alone."""
        pictures, twos = zip(*pairs(things), strict=True)
        alone = random.Random(1).sample(list(things), min(PAIRS, len(things)))
        return cls(pictures, twos, [thing.picture for thing in alone])


def measured(captioner: BundledCaptioner, asked: Asked) -> str:
    """What is found, in words; whether the names are right, of English ones."""
    told = [caption(captioner, picture) for picture in asked.pictures]
    single = [caption(captioner, picture) for picture in asked.single]
    two, doubted = (called_two(texts, captioner.language) for texts in (told, single))
    right = f", both named {both_right(told, asked.twos):.2f}"
    right = right if captioner.language == "en" else ""
    return (
        f"of {len(told)} pairs called two {two:.2f}{right}; of {len(single)} single {doubted:.2f}"
    )


def main(work: Path = Path("training/work"), margins: Sequence[float] = MARGINS) -> None:
    print("Two things in one picture, bundled captioner")
    captioner = captioners.load(ASSETS / "models" / "captioner")
    shipped = two_things.MARGIN
    for kind, things in (("drawings", drawings), ("photographs", photos)):
        asked, english = Asked.about(things(work, True)), Remembering(captioner)
        for margin in margins:
            two_things.MARGIN = margin
            print(f"choosing, {kind}, margin {margin}: {measured(english, asked)}", flush=True)
        two_things.MARGIN, asked = shipped, Asked.about(things(work, False))
        for one in (english, english.speaking("zh")):
            found = measured(one, asked)
            print(f"judged, {kind}, {one.language}, margin {shipped}: {found}", flush=True)


if __name__ == "__main__":
    main()
