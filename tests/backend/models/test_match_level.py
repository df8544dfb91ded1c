"""From which cosine on a picture matches a text of the bundled encoder."""

from __future__ import annotations

import math

import pytest

from backend.models.search_encoder.match_level import (
    CHINESE,
    ENGLISH,
    GALLERY_CHINESE,
    MatchLevel,
    match_level,
)


def test_the_level_rises_with_the_logarithm_of_the_number_of_pictures() -> None:
    level = MatchLevel(0.2, 0.03)
    assert level.among(1) == 0.2
    assert level.among(100) - level.among(10) == pytest.approx(0.03 * math.log(10))


@pytest.mark.parametrize(
    ("texts", "level"),
    [(["a dog"], ENGLISH), (["一只狗"], CHINESE), (["a dog", "海滩"], CHINESE)],
)
def test_a_text_has_the_level_of_its_language(texts: list[str], level: MatchLevel) -> None:
    assert match_level(texts, 16) == level.among(16)


@pytest.mark.parametrize(("text", "level"), [("a dog", ENGLISH), ("一只狗", GALLERY_CHINESE)])
def test_the_gallery_has_a_level_of_its_own_in_chinese(text: str, level: MatchLevel) -> None:
    assert match_level([text], 16, in_gallery=True) == level.among(16)
