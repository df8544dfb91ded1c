"""The ready lesson of early fusion."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any

from backend import gallery
from backend.errors import Cancelled
from demos.classification import picture

ASKING: Any = SimpleNamespace(headers={}, session_hash="v")
VIEW: Any = SimpleNamespace(pairs="pairs", note="note")


class Taught:
    """A service that has learnt, or was stopped."""

    def __init__(self, stopped: bool = False) -> None:
        self.stopped = stopped
        self.rows: Sequence[Any] = ()

    def teach_pairs(self, rows: Sequence[Any], visitor: str) -> Iterator[Any]:
        self.rows = rows
        if self.stopped:
            raise Cancelled
        yield SimpleNamespace(pairs=[SimpleNamespace(label=label) for *_, label in rows])


def test_the_lesson_has_two_pairs_or_more_of_each_label_and_its_pictures_are_there() -> None:
    labels = [label for *_, label in picture.GALLERY_LESSON]
    assert min(labels.count(label) for label in labels) >= 2
    assert all(gallery.file_of(name).is_file() for _, name, _ in picture.GALLERY_LESSON)
    assert set(labels) <= {part.strip() for part in picture.SAMPLE[2].split(",")}


def test_what_it_has_learnt_is_remembered_and_said() -> None:
    service: Any = Taught()
    *_, last = picture.take_lesson(service, VIEW, ASKING)
    assert len(last["pairs"]) == len(picture.GALLERY_LESSON) == len(service.rows)
    assert "apple, car, dog" in last["note"]


def test_a_stopped_lesson_is_a_sentence() -> None:
    service: Any = Taught(stopped=True)
    *_, last = picture.take_lesson(service, VIEW, ASKING)
    assert "Stopped" in last["note"] and "pairs" not in last
