"""The gallery's vectors that come with the app: of this encoder and these pictures, or not used."""

from __future__ import annotations

import logging

import numpy as np
import pytest

from backend import gallery
from backend.image_search import gallery_vectors
from backend.models.registry import models_for
from tests.backend.fakes import FakeSource, spec

BUNDLED = models_for("image_search")[-1]


def row(name="m", path="one"):
    return spec(name, source=FakeSource(path=path))


def test_those_that_come_with_the_app_are_of_this_encoder_and_this_gallery():
    """Where this fails: python -m training.gallery_vectors"""
    vectors = gallery_vectors.read(gallery_vectors.file_for(BUNDLED), BUNDLED)
    assert vectors is not None
    assert vectors.shape == (len(gallery.entries()), 384) and vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_they_are_what_the_encoder_makes_of_the_pictures():
    from backend.models import search_encoder
    from backend.pictures import read_picture

    vectors = gallery_vectors.read(gallery_vectors.file_for(BUNDLED), BUNDLED)
    encoder = search_encoder.load(BUNDLED.source.fetch())
    few = [0, 300, 606]
    pictures = [read_picture(gallery.file_of(gallery.entries()[at].key)) for at in few]
    assert vectors[few] == pytest.approx(encoder.encode_pictures(pictures).numpy(), abs=1e-5)


def test_what_was_written_is_read_again(tmp_path):
    file, vectors = tmp_path / "m.safetensors", np.eye(3, dtype=np.float32)
    gallery_vectors.write(file, row(), vectors)
    assert np.array_equal(gallery_vectors.read(file, row()), vectors)


def test_those_of_other_weights_are_not_used_and_the_log_says_so(tmp_path, caplog):
    file = tmp_path / "m.safetensors"
    gallery_vectors.write(file, row(), np.eye(3, dtype=np.float32))
    with caplog.at_level(logging.WARNING):
        assert gallery_vectors.read(file, row(path="other")) is None
    assert "another model" in caplog.text


def test_those_of_other_pictures_are_not_used(tmp_path, caplog, monkeypatch):
    file = tmp_path / "m.safetensors"
    gallery_vectors.write(file, row(), np.eye(3, dtype=np.float32))
    monkeypatch.setattr(gallery, "content_hash", lambda: "another gallery")
    with caplog.at_level(logging.WARNING):
        assert gallery_vectors.read(file, row()) is None
    assert "another gallery" in caplog.text


@pytest.mark.parametrize("content", [b"", b"\x08\0\0\0\0\0\0\0{}      ", b"nonsense" * 9])
def test_a_damaged_file_is_as_none_and_the_log_says_so(tmp_path, caplog, content):
    file = tmp_path / "m.safetensors"
    file.write_bytes(content)
    with caplog.at_level(logging.WARNING):
        assert gallery_vectors.read(file, row()) is None
    assert "cannot be read" in caplog.text


def test_a_row_without_any_says_nothing(tmp_path, caplog):
    assert gallery_vectors.read(tmp_path / "none.safetensors", row()) is None
    assert not caplog.text
