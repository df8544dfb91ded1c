"""Names of what a picture looks like, in either language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from backend.image_search import labels
from backend.image_search.labels import Label, in_language, nearest_labels, vectors_of
from backend.models.registry import models_for
from backend.parts import finish

NAMES = (
    Label("apple", "苹果"),
    Label("pomegranate"),
    Label("cherry", "樱桃"),
    Label("fig"),
    Label("car", "汽车"),
    Label("boat", "船"),
    Label("lion", "狮子"),
)
PICTURE = np.array([1.0, 0.0])
VECTORS = np.array([[1 - place / 10, 0.0] for place in range(len(NAMES))])  # nearest first


@pytest.fixture(autouse=True)
def few_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labels, "labels", lambda: NAMES)


def test_in_english_the_nearest_names_are_shown() -> None:
    shown = in_language(nearest_labels(VECTORS, PICTURE))
    assert [name for name, _ in shown] == ["apple", "pomegranate", "cherry", "fig"]
    assert shown[1][1] == pytest.approx(0.9)


def test_in_chinese_the_nearest_of_those_with_a_chinese_name() -> None:
    shown = in_language(nearest_labels(VECTORS, PICTURE), is_chinese=True)
    assert [name for name, _ in shown] == ["苹果", "樱桃", "汽车", "船"]
    assert shown[2][1] == pytest.approx(0.6)


def test_no_more_is_kept_than_either_language_shows() -> None:
    assert [label.english for label, _ in nearest_labels(VECTORS, PICTURE)] == [
        "apple", "pomegranate", "cherry", "fig", "car", "boat",
    ]  # fmt: skip


class Reader:
    """An encoder whose vectors tell who reads English."""

    def __init__(self, reader: str, vector: float) -> None:
        self.reader, self.vector = reader, vector

    def encode_texts_in_parts(self, texts: Sequence[str], check: Any) -> Iterator[torch.Tensor]:
        return torch.full((len(texts), 2), self.vector)
        yield  # a generator, as the encoder's own


def test_names_read_by_another_text_tower_are_kept_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOW_AND_TELL_CACHE", str(tmp_path))
    spec = models_for("image_search")[-1]
    readers = (Reader("", 0.25), Reader("-bridge", 0.5))
    for _ in range(2):  # made, then read from the disk
        found = [finish(vectors_of(reader, spec)) for reader in readers]  # type: ignore[arg-type]
        assert [float(vectors[0, 0]) for vectors in found] == [0.25, 0.5]
