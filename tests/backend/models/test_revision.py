"""Weights are told apart by a revision."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.models import sources
from backend.models.revision import revision_of
from backend.models.sources import Asset, Hub, Wheel


@pytest.fixture
def assets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sources, "ASSETS", tmp_path)
    return tmp_path


def written(folder: Path, weights: bytes, card: str) -> Asset:
    (folder / "transformer").mkdir(parents=True)
    (folder / "transformer" / "model.safetensors").write_bytes(weights)
    (folder / "README.md").write_text(card)
    return Asset(folder.name)


def test_a_folders_revision_changes_with_its_weights_and_not_with_what_is_written_about_them(
    assets: Path,
) -> None:
    first = revision_of(written(assets / "first", b"1", "a card"))
    assert revision_of(written(assets / "again", b"1", "another card")) == first
    assert revision_of(written(assets / "other", b"2", "a card")) != first


def test_elsewhere_it_is_the_hubs_or_where_they_come_from() -> None:
    assert revision_of(Hub("owner/name", "a1b2", 1)) == "a1b2"
    assert revision_of(Wheel("some-wheel", ".gguf")) == "some-wheel on PyPI"
