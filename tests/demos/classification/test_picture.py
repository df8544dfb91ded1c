"""The ready lesson of early fusion, and links with the built-in picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl

import pytest

from backend import Backend, gallery
from backend.classification.results import PairsTaught
from backend.errors import Cancelled
from demos.classification import picture, tab
from demos.page import build_page

FORM = {
    **picture.SAMPLE,
    "weight": 0.5,
    "lesson": "ready",
    "picture": None,
    "pairs": [],
}


class Taught:
    """A service that learns pairs and answers, or is stopped."""

    def __init__(self, stopped: bool = False) -> None:
        self.stopped = stopped
        self.rows: Sequence[Any] = ()
        self.head: Any = None

    def teach_pairs(self, rows: Sequence[Any], visitor: str) -> Iterator[Any]:
        self.rows = rows
        if self.stopped:
            raise Cancelled
        pairs: Any = [SimpleNamespace(label=label) for *_, label in rows]
        nothing: Any = None
        yield PairsTaught(nothing, nothing, tuple(pairs))

    def fusion_head(self, pairs: Sequence[Any]) -> Sequence[Any]:
        return pairs

    def fuse(self, *asked: Any) -> Iterator[Any]:
        *_, self.head = asked
        yield "answers"


def steps(service: Any, **changed: Any) -> list[Any]:
    return list(picture.learn_and_fuse(service, {**FORM, **changed}, "v"))


def test_the_lesson_has_two_pairs_or_more_of_each_label_and_its_pictures_are_there() -> None:
    labels = [label for *_, label in picture.GALLERY_LESSON]
    assert min(labels.count(label) for label in labels) >= 2
    assert all(gallery.file_of(name).is_file() for _, name, _ in picture.GALLERY_LESSON)
    assert set(labels) <= {part.strip() for part in picture.SAMPLE["picture_labels"].split(",")}


def test_what_it_has_learnt_is_told_and_used() -> None:
    service = Taught()
    learnt, answers = steps(service)
    assert len(learnt.pairs) == len(picture.GALLERY_LESSON) == len(service.rows)
    assert service.head == learnt.pairs and answers == "answers"


def test_a_stopped_lesson_ends_the_run() -> None:
    service = Taught(stopped=True)
    with pytest.raises(Cancelled):
        steps(service)
    assert service.head is None


def test_pairs_that_are_remembered_beside_the_lesson_stay_and_it_is_learnt_once() -> None:
    service = Taught()
    own: Any = SimpleNamespace(label="house")
    pairs = [*(SimpleNamespace(label=label) for *_, label in picture.GALLERY_LESSON), own]
    assert steps(service, pairs=pairs) == ["answers"]
    assert service.rows == () and service.head == pairs


def test_links_carry_the_built_in_pair_the_lesson_and_the_sample_table(
    bundled_backend: Backend,
) -> None:
    (form,) = build_page(bundled_backend, [tab]).forms
    for example in (*tab.PICTURE_EXAMPLES, *tab.TABLE_EXAMPLES, *tab.NEXT_EXAMPLES):
        query = dict(parse_qsl(form.query(example.values).removeprefix("?")))
        values, ignored = form.read(query)
        usual = {param.name: param.default for param in form.params}
        assert {**usual, **values} == {**usual, **example.values} and ignored == []
