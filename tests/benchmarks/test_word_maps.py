"""How word maps of the painter are judged."""

from __future__ import annotations

import pytest
import torch
from PIL import Image

from benchmarks.word_maps import WithMaps, centre, drawn_pixels, in_language, thing_pixels


def test_a_map_of_a_name_is_the_sum_over_its_pieces() -> None:
    maps = torch.stack([torch.full((2, 2), value) for value in (1.0, 2.0, 4.0, 8.0)])
    one = WithMaps(Image.new("RGB", (4, 4)), ("一个", "汽", "车"), maps)
    assert one.map_of("汽车").tolist() == [[6.0, 6.0], [6.0, 6.0]]
    assert WithMaps(one.picture, ("一个", "汽车和"), maps[:3]).map_of("汽车").max() == 2.0
    assert WithMaps(one.picture, ("a", "cat"), maps[:3]).map_of("cat").max() == 2.0
    with pytest.raises(ValueError, match="'dog' is none of the words"):
        one.map_of("dog")


def test_the_centre_of_a_map_is_a_row_and_a_column() -> None:
    cells = torch.zeros(4, 4)
    cells[0, 2] = cells[2, 2] = 1.0
    assert centre(cells) == (1.0, 2.0)


def test_what_is_not_paper_is_drawn() -> None:
    picture = Image.new("RGB", (4, 2), "white")
    picture.paste((200, 30, 30), (0, 0, 1, 2))
    assert drawn_pixels(picture).tolist() == [[1, 0, 0, 0], [1, 0, 0, 0]]


def test_white_that_is_enclosed_is_the_things_and_other_white_is_paper() -> None:
    picture = Image.new("RGB", (5, 5), "white")
    picture.paste((200, 30, 30), (1, 1, 4, 4))
    picture.paste((255, 255, 255), (2, 2, 3, 3))
    assert drawn_pixels(picture)[2, 2] == 0 and thing_pixels(picture)[2, 2] == 1
    assert thing_pixels(picture).sum() == 9
    picture.paste((255, 255, 255), (2, 3, 3, 4))  # a way out
    assert thing_pixels(picture).tolist() == drawn_pixels(picture).tolist()


def test_things_have_a_name_in_each_language() -> None:
    assert in_language("English", "cat") == "cat"
    assert in_language("Chinese", "cat") == "猫"
