"""Names of what a picture looks like, in either language."""

from __future__ import annotations

import numpy as np
import pytest

from backend.image_search import labels
from backend.image_search.labels import Label, in_language, nearest_labels

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
