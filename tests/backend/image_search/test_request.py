"""Lists that image search takes: the map's words, and captions."""

from __future__ import annotations

import pytest

from backend.errors import InputError
from backend.image_search.query import MAX_TERMS
from backend.image_search.request import check_captions, check_map_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ()),
        ("elephant + car", ("elephant", "car")),
        ("red car + a dog in the snow", ("red car", "a dog in the snow")),
        ("猫，狗、鸟", ("猫", "狗", "鸟")),
        ("cat, dog; bird\nfish + cat", ("cat", "dog", "bird", "fish")),
    ],
)
def test_the_words_of_a_map_are_a_list_or_terms(text: str, words: tuple[str, ...]) -> None:
    assert check_map_words(text) == words


def test_a_map_takes_as_many_words_as_a_query() -> None:
    with pytest.raises(InputError, match=f"{MAX_TERMS + 1} terms"):
        check_map_words("、".join(f"word {number}" for number in range(MAX_TERMS + 1)))


def test_captions_are_sentences_and_split_at_line_ends_only() -> None:
    text = "一只猫，一只狗。\na cat, a dog; and\u2028more"
    assert check_captions(text) == ("一只猫，一只狗。", "a cat, a dog; and\u2028more")


@pytest.mark.parametrize(
    ("caption", "sentence"),
    [
        ("elephant", "a photo of an elephant"),
        ("lion", "a photo of a lion"),
        ("unicorn", "a photo of a unicorn"),
        ("umbrella", "a photo of an umbrella"),
        ("hour glass", "a photo of an hour glass"),
        ("水果", "a photo of a 水果"),
    ],
)
def test_the_article_of_the_template_fits_the_caption(caption: str, sentence: str) -> None:
    assert check_captions(caption, "a photo of a {}") == (sentence,)
