"""Photographs and drawings are told apart by how far they lie from drawings that were learnt."""

from __future__ import annotations

import pytest
import torch
from PIL import Image

from backend import gallery
from backend.models.registry import models_for
from backend.models.search_encoder.familiarity import Familiarity, distance
from backend.pictures import read_picture


@pytest.fixture(scope="module")
def encoder():
    from backend.models import search_encoder

    return search_encoder.load(models_for("image_search")[-1].source.fetch())


def pictures(*, cartoon: bool) -> list[Image.Image]:
    """Animals of the gallery: those of its folders of cartoons, or photographs cut out."""
    keys = [entry.key for entry in gallery.entries() if entry.key.startswith("animals-")]
    kept = [key for key in keys if ("cartoon" in key) == cartoon][:12]
    return [read_picture(gallery.file_of(key)) for key in kept]


def test_it_is_one_half_at_the_farthest_and_falls_from_there():
    familiarity, near = Familiarity(), torch.ones(1, 8)
    familiarity.farthest.fill_(4.0), familiarity.fade.fill_(0.5)
    assert distance(2 * near).item() == 4.0
    assert familiarity(2 * near).item() == pytest.approx(0.5)
    assert familiarity(near).item() > 0.99 and familiarity(3 * near).item() < 0.01


def test_what_lies_beyond_the_edge_is_a_photograph_though_the_opinion_on_drawings_counts():
    familiarity, beyond = Familiarity(), torch.full((1, 8), 1.65**0.5)
    assert familiarity(beyond).item() > 0.5
    assert familiarity.drawing_probability(beyond).item() < 0.2
    assert familiarity.drawing_probability(torch.ones(1, 8)).item() > 0.99


def test_no_gradient_goes_through_it():
    standard = torch.ones(1, 8, requires_grad=True)
    assert not Familiarity()(standard).requires_grad
    assert not Familiarity().drawing_probability(standard).requires_grad


@torch.inference_mode()
def test_cartoons_are_more_familiar_than_photographs(encoder):
    tower = encoder.model.visual
    seen = [encoder.pixels(pictures(cartoon=cartoon)) for cartoon in (True, False)]
    drawn, photographed = (tower.drawn_share(tower.features(*tower.trunk(p))[0]) for p in seen)
    assert drawn.median() > 0.6 and photographed.median() < 0.4
    drawn, photographed = (
        tower.drawing_probability(tower.features(*tower.trunk(p))[0]) for p in seen
    )
    assert (drawn > 0.5).float().mean() > (photographed > 0.5).float().mean() + 0.5


@torch.inference_mode()
def test_of_what_is_not_familiar_the_classes_tell_nearly_alone(encoder):
    tower = encoder.model.visual
    features, scores = tower.features(*tower.trunk(encoder.pixels(pictures(cartoon=False))))
    shares = tower.drawn_share(features)
    far = shares.argmin()
    classes = tower.classes(scores)[far] - (1 - shares[far]) * tower.classes.shared
    added = (tower.vectors(features, scores)[far] - classes).norm().item()
    assert added == pytest.approx(shares[far].item(), abs=1e-5) and added < 0.2


@torch.inference_mode()
def test_no_photograph_answers_to_the_word_photograph(encoder):
    """What nobody knows for sure is near to no text, not to all that say that it is a picture."""
    said = encoder.encode_texts(["a picture", "an image", "a photo of something"])
    assert (encoder.encode_pictures(pictures(cartoon=False)) @ said.T).max() < 0.4
