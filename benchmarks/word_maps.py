"""Does a word's map lie where the painter draws the word's thing?

Its drawings stand on white, so that what is drawn is seen from the pixels. White that the drawn
pixels enclose is counted as the thing's: the shine of a balloon is, but so is air seen through the
frame of a bicycle. Of two things, the lessons have the first on the left, or, where one is on the
other, above.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from PIL import Image
from scipy.ndimage import binary_fill_holes
from torch import Tensor

from backend.device import choose_device
from backend.models.painter.pipeline import PainterPipeline
from backend.models.registry import MODELS
from backend.parts import finish
from backend.text_to_image.adapter import PipelineAdapter
from backend.text_to_image.generate import generate
from backend.text_to_image.loading import adapt
from backend.text_to_image.request import Extras, check_request
from backend.text_to_image.resolve import resolve
from benchmarks.painter_prompts import NAMES, PAPER, THINGS, in_words, two_things
from benchmarks.pointing import on_thing

ALONE = {"English": "a {}", "Chinese": "一个{}"}
STEPS = 20  # of a drawing, as for the painter's other figures
ON = 1  # how two things are joined: the first on the second


@dataclass(frozen=True)
class WithMaps:
    """A picture, the words of its prompt, and each one's map, summed over steps: [words + 1, S, S],
    the last of no word."""

    picture: Image.Image
    words: tuple[str, ...]
    maps: Tensor

    def map_of(self, name: str) -> Tensor:
        """The map [S, S] of the words that make up the name: Chinese is read in pieces. ValueError
        where no word does."""
        pieces = [name in word or (word in name and not word.isascii()) for word in self.words]
        if not any(pieces):
            raise ValueError(f"{name!r} is none of the words {self.words}")
        return self.maps[:-1][pieces].sum(0)


@dataclass(frozen=True)
class OnThing:
    """Shares over drawings, 0 to 1; `chance` is the mean share of a picture that is the thing."""

    brightest: float
    mass: float
    chance: float
    brightest_on_drawn: float  # with white inside the thing taken for paper


@cache
def adapted(painter: PainterPipeline) -> PipelineAdapter:
    """The painter as the app calls it."""
    row = next(row for row in MODELS if row.id == "pictogram-painter")
    return adapt(row, choose_device(row.tier), painter)


def drawn_with_maps(painter: PainterPipeline, prompt: str, style: str = "noto") -> WithMaps:
    """The prompt drawn from seed 0, and its word maps."""
    adapter = adapted(painter)
    request = resolve(check_request(prompt, style=style, seed=0, steps=STEPS), adapter.defaults)
    drawing = generate(adapter, request, lambda: None, Extras(previews=False))
    generation = finish(drawing)
    return WithMaps(generation.image, generation.words, generation.word_maps.sum(0))


def drawn_pixels(picture: Image.Image) -> Tensor:
    """Which pixels are not paper, [H, W] of zeros and ones."""
    rgb = np.asarray(picture.convert("RGB")) / 255
    return torch.from_numpy(((1 - rgb).max(-1) > PAPER).astype(np.float32))


def thing_pixels(picture: Image.Image) -> Tensor:
    """Which pixels are the thing's, [H, W] of zeros and ones: the drawn ones, and what they
    enclose."""
    enclosed = binary_fill_holes(drawn_pixels(picture).numpy() > 0)
    return torch.from_numpy(enclosed.astype(np.float32))


def lies_on_thing(painter: PainterPipeline, language: str) -> OnThing:
    """Where the maps of 25 things alone in three styles lie."""
    found = []
    for style in painter.transformer.styles:
        for name in NAMES:
            said = in_language(language, name)
            one = drawn_with_maps(painter, ALONE[language].format(said), style)
            cells, outline = one.map_of(said), thing_pixels(one.picture)
            on_drawn, _ = on_thing(cells, drawn_pixels(one.picture))
            found.append((*on_thing(cells, outline), outline.mean().item(), on_drawn))
    return OnThing(*torch.tensor(found).mean(0).tolist())


def in_order(painter: PainterPipeline, language: str) -> float:
    """The share of 50 pairs in which the first thing's map lies to the left of the second's, or
    above it, as the lessons have it; chance is 0.5."""
    right = []
    for first, second, joint in two_things():
        one = drawn_with_maps(painter, in_words(language, (first, second, joint)))
        maps = [one.map_of(in_language(language, name)) for name in (first, second)]
        before, after = (centre(each)[0 if joint == ON else 1] for each in maps)
        right.append(before < after)
    return sum(right) / len(right)


def in_language(language: str, name: str) -> str:
    """What the thing is called in "English" or "Chinese"."""
    return name if language == "English" else THINGS[name]


def centre(cells: Tensor) -> tuple[float, float]:
    """Centre of mass of a map [S, S]: row and column."""
    shares = cells / cells.sum()
    places = torch.arange(len(cells), dtype=cells.dtype)
    return float(shares.sum(1) @ places), float(shares.sum(0) @ places)
