"""Which runs of each service may be given to others who ask the same, and which never."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from backend import Backend, gallery
from backend.attention.request import AttentionRequest, Look
from backend.attention.service import Attention
from backend.captioning import request as captions
from backend.captioning.service import Captioning
from backend.classification.service import Classification
from backend.generation.request import check_request
from backend.generation.service import Generation
from backend.image_search.request import check_request as check_search
from backend.image_search.scope import Scope
from backend.image_search.service import ImageSearch
from backend.image_search.store import Store
from backend.operation import Operation, key_of
from backend.text_to_image import request as drawing
from backend.text_to_image import what_if
from backend.text_to_image.service import TextToImage

EXAMPLE = gallery.file_of("food-fruit-apple_red.webp")
HISTORY = [{"role": "user", "content": "Hello"}]
KEY = "k" * 20


class Asked(Backend):
    """Runs nothing, and notes what it is asked for."""

    def __init__(self) -> None:
        super().__init__("bundled")
        self.may_be_saved: list[bool] = []

    def perform(self, operation: Operation, *_: Any, **__: Any) -> Iterator[Any]:
        if operation.cacheable:
            assert key_of(operation, [])
        self.may_be_saved.append(operation.cacheable)
        return iter(())


Case = Callable[[Backend, Path], Any]


def generate(**given: Any) -> Case:
    return lambda backend, _: Generation(backend).generate(check_request("Hi", **given), "ann")


def sample(**given: Any) -> Case:
    return lambda backend, _: Generation(backend).sample_many(check_request("Hi", **given), "ann")


def draw(**given: Any) -> Case:
    return lambda backend, _: TextToImage(backend).draw(
        drawing.check_request("sun", **given), "ann"
    )


def draw_grid(rows: str, values: str, **given: Any) -> Case:
    def case(backend: Backend, _: Path) -> Any:
        axes = what_if.check_axis(rows, values, what_if.ROWS), what_if.Axis("steps", (4, 8))
        grid = what_if.grid(drawing.check_request("sun", **given), *axes)
        return TextToImage(backend).draw_grid(grid, "ann")

    return case


def interpolate(**given: Any) -> Case:
    def case(backend: Backend, _: Path) -> Any:
        asked = drawing.check_request("sun", **given)
        between = what_if.check_interpolation(asked, "prompts", "moon", None, 3)
        return TextToImage(backend).interpolate(between, "ann")

    return case


def describe(picture: Path | None = None, **given: Any) -> Case:
    def case(backend: Backend, upload: Path) -> Any:
        asked = captions.check_request(picture or upload, **given)
        return Captioning(backend).describe(asked, "ann")

    return case


def search(upload: bool = False, stored: bool = False) -> Case:
    def case(backend: Backend, picture: Path) -> Any:
        scope = Scope("mine", Store(KEY)) if stored else Scope()
        asked = check_search("dog", picture if upload else None, scope)
        return ImageSearch(backend).search(asked, "ann")

    return case


def classify(name: str, *given: Any) -> Case:
    return lambda backend, _: getattr(Classification(backend), name)(*given)


YES: dict[str, Case] = {
    "an answer with a seed": generate(seed=1),
    "greedy decoding": generate(strategy="greedy"),
    "temperature 0": generate(temperature=0),
    "a text that is scored": lambda b, _: Generation(b).score_text("a text", "ann"),
    "samples with a seed": sample(seed=1),
    "attention": lambda b, _: Attention(b).attend(AttentionRequest("a text"), Look(), "ann"),
    "an expert": classify("classify", "a text", "ann", "sentiment-expert"),
    "why": classify("explain", "a text", "ann", "sentiment-expert"),
    "a bias probe": classify("probe", "{} is nice", "Ann, Bob", "ann", "sentiment-expert"),
    "any labels": classify("zero_shot", "a text", "good, bad", "ann"),
    "a gap": classify("fill_mask", "a [MASK]", "ann"),
    "the next sentence": classify("next_sentence", "one", "two", "ann"),
    "a search of the gallery": search(),
    "the gallery's map": lambda b, _: ImageSearch(b).map(Scope(), "dog", "ann"),
    "a picture with a seed": draw(seed=1),
    "a grid with a seed": draw_grid("guidance", "1, 2", seed=1),
    "a grid of seeds": draw_grid("seed", "1, 2"),
    "an interpolation with a seed": interpolate(seed=1),
    "an example picture": describe(EXAMPLE),
    "an example picture with a seed": describe(EXAMPLE, strategy="sample", seed=1),
    "sentences for an example": lambda b, _: Captioning(b).rank(
        Image.new("RGB", (2, 2)), ["a dog"], "ann", EXAMPLE.name
    ),
}
NO: dict[str, Case] = {
    "an answer with a drawn seed": generate(),
    "a chat": generate(seed=1, history=HISTORY),
    "tokens of an answer": generate(seed=1, begin=[5]),
    "samples with a drawn seed": sample(),
    "a lesson": classify("teach", [("a", "x"), ("b", "x"), ("c", "y"), ("d", "y")], "ann"),
    "a table": lambda b, _: Classification(b).classify_table(
        _table(), "text", None, "ann", "sentiment-expert"
    ),
    "a text with a picture": classify("fuse", "a text", Image.new("RGB", (2, 2)), "a, b", "ann"),
    "a search by a picture": search(upload=True),
    "a search of a collection": search(stored=True),
    "a collection's map": lambda b, _: ImageSearch(b).map(Scope("mine", Store(KEY)), "", "ann"),
    "captions against pictures": lambda b, path: ImageSearch(b).compare(
        "a dog", [("a.png", path)], "ann"
    ),
    "files for a collection": lambda b, path: ImageSearch(b).index(
        KEY, "mine", [("a.png", path)], "ann"
    ),
    "a picture with a drawn seed": draw(),
    "a grid with a drawn seed": draw_grid("guidance", "1, 2"),
    "an interpolation with a drawn seed": interpolate(),
    "a visitor's picture": describe(),
    "an example picture with a drawn seed": describe(EXAMPLE, strategy="sample"),
    "sentences for a visitor's picture": lambda b, _: Captioning(b).rank(
        Image.new("RGB", (2, 2)), ["a dog"], "ann"
    ),
}


def _table() -> Any:
    from backend.csv_tables import Table

    return Table(["text"], [["a text"]])


@pytest.fixture
def upload(tmp_path: Path) -> Path:
    file = tmp_path / EXAMPLE.name
    pixels = np.random.default_rng(0).integers(0, 255, (32, 32, 3), np.uint8)
    Image.fromarray(pixels).save(file)
    return file


@pytest.mark.parametrize("name", [*YES, *NO])
def test_what_may_be_given_to_others(name: str, upload: Path) -> None:
    backend = Asked()
    list((YES | NO)[name](backend, upload))
    assert backend.may_be_saved == [name in YES]


def test_a_caption_s_key_is_of_the_picture_s_name_and_not_of_a_seed_that_is_not_used() -> None:
    asked = [captions.check_request(EXAMPLE).as_asked for _ in range(2)]
    assert asked[0] == asked[1] and asked[0]["example"] == EXAMPLE.name
