"""What is plain background, and what is a thing."""

from __future__ import annotations

import numpy as np
import torch

from backend.models.search_encoder.plain_paper import plain, shown


def paper(colour: float = 1.0) -> np.ndarray:
    return np.full((3, 32, 32), colour, np.float32)


def test_paper_around_a_thing_is_plain_and_the_thing_is_not() -> None:
    picture = paper()
    picture[:, 8:24, 8:24] = -0.5
    found = plain(picture)
    assert found[0, 0] and found[7, 31] and not found[8:24, 8:24].any()


def test_a_hole_of_the_papers_colour_inside_a_thing_belongs_to_it() -> None:
    picture = paper()
    picture[:, 8:24, 8:24] = -0.5
    picture[:, 14:18, 14:18] = 1.0
    assert not plain(picture)[14:18, 14:18].any()


def test_paper_may_have_any_colour_and_be_slightly_uneven() -> None:
    picture = paper(0.2) + np.random.default_rng(0).normal(0, 0.01, (3, 32, 32)).astype(np.float32)
    picture[:, 20:, 20:] = 0.9
    assert plain(picture)[:18, :18].all()


def test_a_picture_without_one_colour_at_its_edge_has_no_plain_background() -> None:
    assert not plain(np.random.default_rng(0).normal(0, 1, (3, 32, 32)).astype(np.float32)).any()


def test_of_a_picture_of_one_colour_the_paper_is_the_thing() -> None:
    assert not plain(paper()).any()


def test_each_cell_says_how_much_of_it_is_shown() -> None:
    picture = paper()
    picture[:, :, :8] = -1  # two of eight columns of cells
    cells = shown(torch.from_numpy(np.stack([picture, paper()])), 4)
    assert cells.shape == (2, 4, 4) and torch.equal(cells[0], torch.tensor([[1.0, 0, 0, 0]] * 4))
    assert cells[1].all()
