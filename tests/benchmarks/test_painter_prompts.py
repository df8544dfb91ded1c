"""How pictures of two things, and of a colour and a thing, are judged."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from PIL import Image

from benchmarks.painter_prompts import (
    NAMES,
    coloured_things,
    drew_coloured,
    drew_two,
    in_coloured_words,
    in_words,
    mean_colour,
    two_things,
)


class Reader:
    """An encoder that reads a picture's size as one of the texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.known = list(texts)

    def encode_texts(self, texts: Sequence[str]) -> torch.Tensor:
        rows = torch.tensor([self.known.index(text) for text in texts])
        return torch.nn.functional.one_hot(rows, len(self.known)).float()

    def encode_pictures(self, pictures: Sequence[Image.Image]) -> torch.Tensor:
        sizes = torch.tensor([picture.width - 1 for picture in pictures])
        return torch.nn.functional.one_hot(sizes, len(self.known)).float()


def test_there_are_fifty_of_each_and_none_twice() -> None:
    pairs, coloured = two_things(), coloured_things()
    assert len(set(pairs)) == len(set(coloured)) == 50
    assert all(first != second for first, second, _ in pairs)


def test_the_prompts_are_the_same_in_both_languages() -> None:
    assert in_words("English", ("cat", "fish", 0)) == "a cat and a fish"
    assert in_words("Chinese", ("cat", "fish", 1)) == "一个猫在一个鱼上"
    assert in_coloured_words("English", "red", "car") == "a red car"
    assert in_coloured_words("Chinese", "red", "car") == "红色的汽车"


def test_two_things_are_drawn_where_no_other_pair_is_likelier() -> None:
    texts = [in_words("English", (a, b, 0)) for a in NAMES for b in NAMES]
    reader, things = Reader(texts), ("cat", "fish", 0)
    for pair, is_right in ((things, True), (("cat", "banana", 0), False)):
        picture = Image.new("RGB", (1 + texts.index(in_words("English", pair)), 1))
        assert drew_two(reader, picture, things) is is_right  # type: ignore[arg-type]


def test_a_coloured_thing_needs_both() -> None:
    reader = Reader([f"a {name}" for name in NAMES])
    car = 1 + NAMES.index("car")
    for size, paint, is_right in ((car, "red", True), (car, "blue", False), (1, "red", False)):
        picture = Image.new("RGB", (size, 4), paint)
        assert drew_coloured(reader, picture, "red", "car") is is_right  # type: ignore[arg-type]


def test_the_colour_is_that_of_what_is_drawn_not_of_the_paper() -> None:
    picture = Image.new("RGB", (10, 10), "white")
    assert mean_colour(picture) is None
    picture.paste("green", (0, 0, 2, 2))
    assert mean_colour(picture) == "green"
