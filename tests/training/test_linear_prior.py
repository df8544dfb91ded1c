"""The closed-form fit of the painter's linear prior."""

from __future__ import annotations

from pathlib import Path

import pytest

from training.painter import build
from training.painter_data import RECIPES, training_set


@pytest.mark.slow
def test_the_fit_predicts_the_pictures_that_it_was_fitted_to(work: Path, taef2: Path) -> None:
    options = RECIPES["cpu"]
    made = training_set(work, taef2, options)
    model = build(made, options)
    mean, deviation = model.latent_mean, model.latent_std
    latents = (made.latents - mean) / deviation
    plain = (latents - latents.mean(0)).square().mean()
    assert 0 < model.guess.rest < plain / 2
