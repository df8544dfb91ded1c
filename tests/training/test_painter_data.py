"""The painter's lessons: of one thing, of one in another colour, of two."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from tests.training.conftest import SMALL_PAINTER
from training.painter_data import REPAINTED, SHARES, TWO, TrainingSet, lessons


def test_there_are_lessons_of_each_kind_in_each_style_and_again_the_same(work: Path) -> None:
    made = list(lessons(work, SMALL_PAINTER))
    for kind in range(len(SHARES)):
        assert {lesson.style for lesson in made if lesson.kind == kind} == {"noto", "3d"}
    assert sum(lesson.kind == TWO for lesson in made) == 2 * SMALL_PAINTER.pairs
    again = list(lessons(work, SMALL_PAINTER))
    assert [one.captions for one in again] == [one.captions for one in made]


def test_test_concepts_are_neither_repainted_nor_put_together(work: Path) -> None:
    made = list(lessons(work, replace(SMALL_PAINTER, recoloured=1, pairs=30)))
    said = [text for lesson in made if lesson.kind == TWO for text, _ in lesson.captions]
    assert not [text for text in said if "purple bar" in text or "yellow bar" in text]
    taught = 2 * (20 - 2)  # in two styles, without the test and the validation concept
    assert sum(lesson.kind == REPAINTED for lesson in made) == taught


def test_a_kind_is_drawn_by_its_share_however_many_pictures_it_has() -> None:
    kinds = torch.tensor([0] * 10 + [1] * 40 + [2] * 200)
    count = len(kinds)
    given = TrainingSet(
        torch.zeros(count, 1, 1, 1), torch.zeros(count, dtype=torch.long), kinds,
        torch.zeros(1, 2, 4), torch.ones(1, 2), [[0]] * count, [[1.0]] * count,
    )  # fmt: skip
    shares = [given.often[kinds == kind].sum().item() for kind in range(len(SHARES))]
    assert shares == pytest.approx(SHARES)
