"""A hub on loopback with one small model."""

import pytest

from backend.models.sources import Hub
from tests.hub import REPO, REVISION, FakeHub, online

WEIGHTS = bytes(range(256)) * 2000  # 512 kB
FILES = {
    "config.json": b"{}",
    "tokenizer.json": b'{"a": 1}',
    "model.safetensors": WEIGHTS,
    "README.md": b"never fetched",
    "pytorch_model.bin": b"never fetched" * 100,
}
SOURCE = Hub(REPO, revision=REVISION, download_bytes=512_000)


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "hub"


@pytest.fixture
def hub(monkeypatch, cache):
    with online(monkeypatch, FakeHub(dict(FILES)), cache) as running:
        yield running


@pytest.fixture
def impatient(monkeypatch):
    """A silent hub is given up after a moment, not after ten seconds."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_DOWNLOAD_TIMEOUT", 0.3)
