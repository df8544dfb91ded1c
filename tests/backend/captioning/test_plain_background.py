"""The bundled captioner's word maps leave plain background out."""

from __future__ import annotations

import pytest
from PIL import Image

from backend import gallery
from backend.models.registry import models_for


@pytest.fixture(scope="module")
def captioner():
    from backend.captioning.bundled import load
    from tests.backend.fakes import CPU

    return load(models_for("captioning")[-1], CPU)


def test_no_word_points_at_plain_background(captioner):
    picture = Image.new("RGB", (224, 224), (250, 240, 230))
    with Image.open(gallery.file_of("animals-mammals-elephant.webp")) as elephant:
        picture.paste(elephant.resize((96, 96)), (0, 128))
    line = [*captioner.start, *captioner.tokenize("a photo of a"), captioner.end]
    maps = captioner.attribution_maps(captioner.encode(picture), line)
    assert maps.sum((1, 2)).tolist() == pytest.approx([1] * len(maps), abs=1e-4)
    assert not maps[:, :4].any() and not maps[:, :, 3:].any()
