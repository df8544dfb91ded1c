"""The colours of a thing: named from its pixels, its background left out; in both languages."""

from __future__ import annotations

import pytest
import torch
from PIL import Image, ImageDraw

from backend.models.registry import models_for
from backend.models.search_encoder.colours import COLOURS, colour_names, shares

PAINTS = {
    "red": (200, 20, 30), "orange": (250, 140, 20), "yellow": (250, 220, 30),
    "green": (30, 150, 60), "blue": (30, 80, 200), "purple": (140, 40, 200),
    "pink": (250, 160, 190), "brown": (120, 70, 30), "black": (10, 10, 12),
    "white": (250, 250, 252), "gray": (128, 130, 130),
}  # fmt: skip
ASKED = {"red": "红色", "yellow": "黄色", "green": "绿色", "blue": "蓝色"}


def test_every_paint_has_its_name():
    rgb = torch.tensor(list(PAINTS.values())) / 255
    assert [COLOURS[number] for number in colour_names(rgb)] == list(PAINTS)


def test_only_what_is_there_has_a_share():
    rgb = torch.tensor([[PAINTS["red"], PAINTS["red"], PAINTS["blue"], PAINTS["white"]]]) / 255
    there = torch.tensor([[True, True, True, False]])
    found = dict(zip(COLOURS, shares(rgb[None], there[None])[0].tolist(), strict=True))
    assert found["red"] == pytest.approx(2 / 3) and found["blue"] == pytest.approx(1 / 3)
    assert found["white"] == 0 and sum(found.values()) == pytest.approx(1)


@pytest.fixture(scope="module")
def encoder():
    from backend.models import search_encoder

    return search_encoder.load(models_for("image_search")[-1].source.fetch())


def discs():
    drawn = []
    for colour in ASKED:
        picture = Image.new("RGB", (200, 200), "white")
        ImageDraw.Draw(picture).ellipse((30, 30, 170, 170), fill=PAINTS[colour])
        drawn.append(picture)
    return drawn


@pytest.mark.parametrize("language", ["english", "chinese"])
def test_a_colour_finds_the_thing_that_has_it(encoder, language):
    """On a white card each: it is not the paper that is asked for."""
    texts = [
        f"a {english} ball" if language == "english" else f"一个{chinese}的球"
        for english, chinese in ASKED.items()
    ]
    cosines = encoder.encode_texts(texts) @ encoder.encode_pictures(discs()).T
    assert cosines.argmax(1).tolist() == list(range(len(ASKED)))


def test_a_text_without_a_colour_is_about_no_colour(encoder):
    """What the tower adds says next to nothing to it."""
    directions = encoder.model.visual.colours.directions
    said = encoder.encode_texts(["a car", "a house", "一辆汽车", "一座房子"]) @ directions.T
    assert said.abs().max() < 0.5
