"""Which searches the encoder's own match level decides about."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from backend.image_search.ranking import level_of
from backend.image_search.request import check_request
from backend.image_search.scope import Scope

ENCODER: Any = SimpleNamespace(
    match_level=lambda texts, pictures, in_gallery: len(texts) + pictures + 0.5 * in_gallery
)


@pytest.mark.parametrize(
    ("query", "level"), [("a dog", 11.5), ("dog + beach", 12.5), ("dog - beach", None)]
)
def test_texts_that_are_only_added_have_a_level(query: str, level: float | None) -> None:
    assert level_of(ENCODER, check_request(query), 10) == level


def test_a_visitors_own_pictures_have_another_level_than_the_gallery() -> None:
    store: Any = object()
    own = Scope("mine", store)
    assert level_of(ENCODER, check_request("a dog", scope=own), 10) == 11


def test_a_search_with_a_picture_has_none(tmp_path: Any) -> None:
    Image.new("RGB", (32, 32), "red").save(tmp_path / "red.png")
    request = check_request("a dog", tmp_path / "red.png")
    assert level_of(ENCODER, request, 10) is None


def test_an_encoder_whose_cosines_nobody_measured_has_none() -> None:
    unknown: Any = SimpleNamespace(match_level=None)
    assert level_of(unknown, check_request("a dog"), 10) is None
