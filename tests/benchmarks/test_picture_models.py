"""Who judges the painter's drawings."""

from __future__ import annotations

import torch

from backend.models import search_encoder
from backend.models.sources import ASSETS
from benchmarks.picture_models import judge_of_drawings

FOLDER = ASSETS / "models" / "search-encoder"
STRANGE = torch.full((1, 8), 5.0)  # standardised features that are like no drawing's


def test_the_judge_takes_everything_for_a_drawing_and_leaves_the_encoder_alone() -> None:
    judge, encoder = judge_of_drawings(FOLDER), search_encoder.load_whole(FOLDER)
    assert judge.model.visual.familiarity(STRANGE) == 1
    assert encoder.model.visual.familiarity(STRANGE) < 0.01
