"""The shipped picture models answer a handful of known cases through the app's own rows."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
import torch
from PIL import Image, ImageDraw

from backend import gallery
from backend.captioning.decoding import decode
from backend.captioning.request import CaptionRequest
from backend.captioning.results import Caption
from backend.captioning.words import caption_of
from backend.device import choose_device
from backend.models.registry import MODELS
from backend.models.search_encoder.model import on_white
from backend.models.sources import ASSETS
from backend.pictures import read_picture

WEIGHTS = ASSETS / "models"


def bundled(task: str) -> Any:
    """The task's bundled model, loaded as the pool would."""
    spec = next(row for row in MODELS if row.task == task and row.tier == "bundled")
    module, function = spec.loader.split(":")
    return getattr(importlib.import_module(module), function)(spec, choose_device("bundled"))


@pytest.fixture(scope="module")
def encoder() -> Any:
    return bundled("image_search")


@pytest.fixture(scope="module")
def painter() -> Any:
    return bundled("text_to_image").pipeline


@pytest.fixture(scope="module")
def captioner() -> Any:
    return bundled("captioning")


def described(captioner: Any, picture: Image.Image) -> Caption:
    """The likeliest caption, through the code that the tab runs."""
    encoded = captioner.encode(picture)
    *_, (hypothesis,) = decode(captioner, encoded, CaptionRequest(picture), lambda: None)
    maps = captioner.attribution_maps(encoded, hypothesis.ids(captioner.start))
    return caption_of(captioner, hypothesis, maps)


def heart() -> Image.Image:
    """A red heart on nothing, drawn here: no set has it."""
    picture = Image.new("RGBA", (200, 200), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((20, 30, 105, 115), fill=(215, 30, 40))
    pen.ellipse((95, 30, 180, 115), fill=(215, 30, 40))
    pen.polygon([(26, 92), (174, 92), (100, 180)], fill=(215, 30, 40))
    return picture


def star() -> Image.Image:
    """A yellow five-pointed star."""
    picture = Image.new("RGBA", (200, 200), (0, 0, 0, 0))
    points = [(100, 10), (124, 76), (194, 78), (139, 120), (158, 188),
              (100, 149), (42, 188), (61, 120), (6, 78), (76, 76)]  # fmt: skip
    ImageDraw.Draw(picture).polygon(points, fill=(250, 200, 40))
    return picture


def test_transparent_pictures_are_seen_on_white():
    assert on_white(heart()).getpixel((2, 2)) == (255, 255, 255)


@pytest.mark.parametrize("query", ["red heart", "love", "爱心"])
def test_a_heart_is_found_in_english_and_chinese(encoder, query):
    vectors = encoder.encode_pictures([star(), heart()])
    likeness = vectors @ encoder.encode_texts([query])[0]
    assert likeness.argmax() == 1


def test_english_and_chinese_names_are_near_each_other(encoder):
    english = encoder.encode_texts(["cat", "train", "strawberry"])
    chinese = encoder.encode_texts(["猫", "火车", "草莓"])
    assert (english @ chinese.T).argmax(1).tolist() == [0, 1, 2]


def test_vectors_have_length_one_and_no_pictures_have_no_vectors(encoder):
    assert encoder.encode_pictures([heart()]).norm(dim=1).item() == pytest.approx(1, abs=1e-4)
    assert encoder.encode_pictures([]).shape == (0, 384)
    assert encoder.encode_texts([]).shape == (0, 384)


def test_the_caption_of_a_heart_names_it(captioner):
    said = described(captioner, heart())
    assert "heart" in said.text.split()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_drawing_is_called_a_drawing_and_a_photograph_a_photograph(captioner, language):
    speaking = captioner.speaking(language)
    wombat = read_picture(gallery.file_of("animals-marsupials-wombat.webp"))
    drawn, photographed = (described(speaking, picture).text for picture in (heart(), wombat))
    openings = {"en": ("a drawing of ", "a photo of a wombat"), "zh": ("画的是", "照片里是袋熊")}
    assert drawn.startswith(openings[language][0]) and photographed == openings[language][1]


def test_each_word_has_its_probability_its_alternatives_and_its_map(captioner):
    said = described(captioner, star())
    whole = torch.tensor([word.probability for word in said.words]).prod().item()
    assert said.probability <= whole + 1e-6
    for word in said.words:
        best = word.alternatives[0]
        assert (best.text, best.probability) == (word.text, pytest.approx(word.probability))
        assert len(word.alternatives) == 5
        assert word.map.shape == (7, 7) and word.map.sum() == pytest.approx(1, abs=1e-5)


def test_a_seed_draws_the_same_picture_again_and_another_seed_another(painter):
    drawn = [
        painter("pizza", num_inference_steps=4, generator=torch.Generator().manual_seed(seed))
        .images[0]
        .tobytes()
        for seed in (1, 1, 2)
    ]
    assert drawn[0] == drawn[1] != drawn[2]


def test_a_red_heart_is_red_and_looks_like_one(painter, encoder):
    picture = painter("red heart", generator=torch.Generator().manual_seed(0)).images[0]
    red, green, blue = picture.getpixel((32, 30))
    assert red > 150 and green < 110 and blue < 140
    names = ["red heart", "tree", "fish", "house", "car"]
    likeness = encoder.encode_pictures([picture]) @ encoder.encode_texts(names).T
    assert likeness.argmax() == 0


def test_an_unknown_style_is_refused_with_the_known_ones(painter):
    with pytest.raises(ValueError, match="unknown style 'oil'; choose one of noto, 3d, flat"):
        painter("a cat", style="oil")


def test_every_step_reports_what_the_picture_is_becoming(painter):
    seen = []

    def watch(pipeline, step, time, tensors):
        seen.append((step, pipeline.decode(tensors["predicted_x0"])[0].size))
        return tensors

    painter("a tree", num_inference_steps=3, callback_on_step_end=watch)
    assert seen == [(0, (64, 64)), (1, (64, 64)), (2, (64, 64))]


def test_no_weight_file_is_too_large_and_all_together_are_small():
    folders = ("search-encoder", "captioner", "painter")
    files = [file for name in folders for file in (WEIGHTS / name).rglob("*.safetensors")]
    sizes = [file.stat().st_size for file in files]
    assert max(sizes) < 10_000_000
    assert sum(sizes) < 85_000_000  # the history keeps every version of them


@pytest.mark.parametrize("name", ["search-encoder", "captioner", "painter"])
def test_every_model_has_a_card_with_measured_figures(name):
    card = (WEIGHTS / name / "README.md").read_text(encoding="utf-8")
    assert "measured by `make bench-models`" in card
    assert "cannot do" in card


def test_the_captioner_looks_through_the_search_encoder_that_is_there(encoder: Any) -> None:
    captioner = bundled("captioning").captioner
    assert captioner.image_encoder is encoder
