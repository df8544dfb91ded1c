"""Drawings become pictures of one size, once per style and concept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from training import data
from training.captions import captions_of, colour_of, common_keywords, names_of
from training.chinese import dictionary
from training.pictograms import Drawing

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="{}">'
    '<rect width="{}" height="{}"/></svg>'
)


def drawing(name: str, style: str, svg: str = "<svg/>") -> Drawing:
    return Drawing(svg + name + style, name, style, "CC0-1.0", "here")


def test_one_drawing_is_kept_of_each_style_and_concept() -> None:
    given = [drawing("cat", "noto"), drawing("cat face", "noto"), drawing("cat", "3d")]
    assert [(d.name, d.style) for d in data.deduplicate(given)] == [("cat", "noto"), ("cat", "3d")]


def test_a_wide_drawing_is_centred_on_a_square() -> None:
    pixels = data.draw(SVG.format("40pt", "20pt", 100, 100))
    assert pixels is not None and pixels.shape == (224, 224, 4)
    assert pixels[112, 112, 3] == 255 and pixels[5, 112, 3] == 0


@pytest.mark.parametrize("svg", ["<svg", SVG.format(100, 1, 100, 1), SVG.format(9, 9, 0, 0)])
def test_what_cannot_be_drawn_is_left_out(svg: str) -> None:
    assert data.draw(svg) is None


def test_transparent_parts_become_white() -> None:
    clear = np.zeros((2, 2, 4), np.uint8)
    assert (data.on_white(clear) == 255).all()


def test_the_dictionary_gives_short_meanings_one_by_one(work: Path) -> None:
    assert ("圆", "circle") in dictionary(work / "sources/cedict")


def test_captions_name_the_colour_and_the_keywords(work: Path) -> None:
    pictures, records = data.load(work / "data")
    row = next(row for row, r in enumerate(records) if r.name == "red circle")
    assert colour_of(pictures[row]) == "red"
    assert names_of(records[row]) == ["red circle"]
    said = [text for text, _ in captions_of(records[row], "red", set())]
    assert {"red circle", "a red circle", "circle"} <= set(said)


def test_keywords_on_most_concepts_are_common(work: Path) -> None:
    assert "form" in common_keywords(data.load(work / "data")[1])
