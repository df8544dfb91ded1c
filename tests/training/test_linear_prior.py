"""The closed-form fit of the painter's first guess."""

from __future__ import annotations

from pathlib import Path

from training.painter import RECIPES, build, lessons


def test_the_fit_knows_the_pictures_it_learnt_from(work: Path, taef2: Path) -> None:
    options = RECIPES["cpu"]
    made = lessons(work, taef2, options)
    model = build(made, options)
    mean, deviation = model.latent_mean, model.latent_std
    latents = (made.latents - mean) / deviation
    plain = (latents - latents.mean(0)).square().mean()
    assert 0 < model.guess.rest < plain / 2
