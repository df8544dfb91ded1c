"""Stores in folders of their own, and an encoder that is quick."""

from __future__ import annotations

import pytest

KEY = "0123456789abcdef0123"


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    """Nothing of a test reaches the user's cache folder."""
    monkeypatch.setenv("SHOW_AND_TELL_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def store(tmp_path):
    from backend.image_search.store import Store

    return Store(KEY, tmp_path / "collections")


@pytest.fixture
def encoder():
    from tests.backend.image_search.albums import FakeEncoder

    return FakeEncoder()
