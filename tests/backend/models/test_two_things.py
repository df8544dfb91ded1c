"""Two things in one picture: where it is cut, and what is said of both halves."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from backend.models.captioner.decoder import END
from backend.models.captioner.halves import cut_of, halves
from backend.models.captioner.knn import KnnSentences, as_rows
from backend.models.captioner.two_things import joined, told

CAT, BALL, SOFA = torch.eye(4)[:3]
A, DRAWING, PHOTO, AND = 3, 4, 5, 6
ONE, OTHER, THIRD = 10, 11, 12
LINES = [[A, DRAWING, ONE, END], [A, DRAWING, OTHER, END], [A, PHOTO, THIRD, END], [ONE, END]]
KNN = KnnSentences(
    torch.stack([CAT, BALL, SOFA, torch.eye(4)[3]]),
    as_rows(LINES, length=8),
    openings=[[A, DRAWING], [A, PHOTO]],
    link=[AND],
)


def paper(*boxes: tuple[int, int, int, int]) -> torch.Tensor:
    """A white picture [3, 80, 80] with black boxes (top, left, bottom, right)."""
    pixels = torch.ones(3, 80, 80)
    for top, left, bottom, right in boxes:
        pixels[:, top:bottom, left:right] = -1.0
    return pixels


def test_a_line_is_cut_in_its_widest_gap_else_in_the_middle():
    assert cut_of(np.array([0, 1, 1, 0, 0, 0, 1, 0, 1], bool)) == 4
    assert cut_of(np.array([0, 1, 1, 1, 1, 0], bool)) == 3


def test_two_things_on_paper_are_the_two_halves():
    (left, right), (above, below) = halves(paper((30, 5, 60, 25), (20, 45, 50, 75)))
    assert (left.box, right.box) == ((30, 5, 60, 25), (20, 45, 50, 75))
    assert left.pixels.shape == right.pixels.shape == (3, 80, 80)
    assert left.pixels[:, :2].min() == 1  # its paper goes on around it
    assert above.box[2] == below.box[0]


def test_a_half_with_nothing_in_it_is_none():
    assert halves(paper((30, 38, 50, 41))) == []


def test_a_second_thing_follows_without_its_kind_of_picture():
    assert joined(KNN, 0, 1) == [A, DRAWING, ONE, AND, OTHER, END]
    assert joined(KNN, 0, 2) == [A, DRAWING, ONE, AND, THIRD, END]
    assert joined(KNN, 0, 3) == []  # it says no kind of picture


def told_of(*views: torch.Tensor) -> tuple[KnnSentences, torch.Tensor]:
    """Of a picture and its halves, as sure as each is near to a sentence."""
    seen = torch.stack(views)
    return told(KNN, seen, KNN.surety(seen))


def test_halves_that_are_surer_than_the_whole_are_both_named():
    known, weights = told_of((CAT + BALL) / 2, CAT, BALL)
    assert weights.sum().item() == pytest.approx(1)
    best = known.lines[weights.argmax()]
    assert best[best >= 0].tolist() == [A, DRAWING, ONE, AND, OTHER, END]


def test_halves_of_one_thing_are_not_named_twice():
    for one, other in ((CAT, CAT), (CAT, CAT + 0.2 * BALL)):
        known, weights = told_of(CAT, one, other)
        best = known.lines[weights.argmax()]
        assert best[best >= 0].tolist() == LINES[0]


def test_without_halves_all_is_as_it_was():
    known, weights = told_of(CAT)
    assert known is KNN and torch.equal(weights, KNN.weights(CAT))
