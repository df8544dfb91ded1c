"""The kind of a picture is told apart from what it shows."""

from __future__ import annotations

import pytest
import torch

from backend.models.captioner.decoder import END
from backend.models.captioner.kinds import by_kind, of_drawings, of_photographs
from backend.models.captioner.knn import KnnSentences, as_rows

A, DRAWING, PHOTO, CAT, DOG, FLAG = range(3, 9)
KNN = KnnSentences(
    torch.eye(3),
    as_rows([[A, DRAWING, CAT, END], [A, PHOTO, DOG, END], [FLAG, END]], length=5),
    openings=[[A, DRAWING], [A, PHOTO]],
)


def said(knn: KnnSentences) -> list[list[int]]:
    """The sentences, without what pads them."""
    return [row[row >= 0].tolist() for row in knn.lines]


def test_of_drawings_nothing_is_said_that_is_known_from_photographs():
    known = of_drawings(KNN)
    assert said(known) == [[A, DRAWING, CAT, END], [FLAG, END]]
    assert torch.equal(known.vectors, torch.eye(3)[[0, 2]])


def test_what_is_drawn_may_be_photographed():
    known = of_photographs(KNN)
    assert said(known) == [[A, PHOTO, CAT, END], [A, PHOTO, DOG, END], [FLAG, END]]
    assert torch.equal(known.vectors, KNN.vectors)


def test_each_reading_has_its_share():
    drawing, photograph = torch.tensor([0.75, 0.25]), torch.tensor([0.1, 0.7, 0.2])
    readings = (of_drawings(KNN), drawing), (of_photographs(KNN), photograph)
    known, weights = by_kind(*readings, torch.tensor(0.4))
    assert said(known) == said(of_drawings(KNN)) + said(of_photographs(KNN))
    assert weights.tolist() == pytest.approx([0.3, 0.1, 0.06, 0.42, 0.12])
