"""Vectors kept from one start to the next: of the right weights, and whole or not at all."""

from __future__ import annotations

import numpy as np

from backend.image_search import vector_cache
from tests.backend.fakes import FakeSource, spec


def test_other_weights_are_another_identity(tmp_path):
    one, two = (spec("m", source=FakeSource(path=tmp_path / name)) for name in "ab")
    assert vector_cache.identity_of(one) != vector_cache.identity_of(two)


def test_a_broken_kept_file_is_as_none(tmp_path):
    file = tmp_path / "x.npy"
    file.write_bytes(b"\x93NUMPY broken")
    assert vector_cache.read_vectors(file) is None
    assert vector_cache.read_vectors(tmp_path / "no.npy") is None
    vector_cache.write_vectors(file, np.ones((2, 3)))
    assert vector_cache.read_vectors(file).shape == (2, 3)
