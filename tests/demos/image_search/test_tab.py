"""What the image search tab shows, without a browser or a model."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
from PIL import Image

from backend.image_search.explanation import Query, Reasons, Word
from backend.image_search.labels import Label
from backend.image_search.match_threshold import standing
from backend.image_search.query import Term
from backend.image_search.request import SearchRequest, Where
from backend.image_search.results import Answer, Explained, Hit
from backend.image_search.vector_index import Entry, Shelf
from backend.run import RunCard
from demos.image_search import grid, why_view
from demos.image_search.pictures import caption, overlay
from tests.backend.fakes import CPU, spec


def answer(name: str = "cat.webp", good: bool = True) -> Answer:
    entry = Entry("cat.webp", name, "A <b>cat</b>.", "一只猫。")
    request = SearchRequest((Term("<i>cat</i>", 1),), None, 1, Where(), 1, 0.05, "best")
    vectors = np.eye(3, dtype=np.float32)
    values = np.array([0.9 if good else 0.1, 0.1, 0.1])
    hit = Hit(1, 0, entry, float(values[0]), 0.5, good, (0.9,))
    query = Query(vectors[:1], (1.0,), vectors[0], "a picture")
    card = RunCard(spec("m", task="image_search"), CPU, 0.1)
    shelf = Shelf((entry,) * 3, vectors, "m", 0.3)
    return Answer(request, (hit,), standing(values, 0.3), shelf, query, values, card)


def explained(found: Answer, maps: Any = None) -> Explained:
    words = (Word(0, 0, "<u>"), Word(0, 1, "cat"))
    labels = (((Label("<s>tiger</s>", "老虎"), 0.4),),)
    return Explained(found, Reasons(words, np.array([[0.0], [0.2]]), labels, maps), found.card)


def test_nothing_from_outside_becomes_markup() -> None:
    drawn = grid.render("en", answer()) + why_view.render("en", explained(answer()), 0)
    for tag in ("<b>cat", "<i>", "<u>", "<s>"):
        assert tag not in drawn
    assert "A &lt;b&gt;cat" in drawn


def test_a_weak_answer_says_so_in_words() -> None:
    assert "Nothing here matches well" in grid.render("en", answer(good=False))
    assert "没有很匹配" in grid.render("zh", answer(good=False))
    assert "1 of the 1 pictures shown" in grid.render("en", answer())


def test_captions_are_in_the_visitors_language_and_files_keep_their_names() -> None:
    entry = answer().hits[0].entry
    assert caption("zh", entry) == "一只猫。"
    assert caption("en", Entry("hash", "album.zip/sub/me.jpg")) == "me.jpg"


def test_labels_have_their_chinese_where_somebody_wrote_it() -> None:
    assert "老虎" in why_view.render("zh", explained(answer()), 0)


def test_a_map_becomes_a_picture_that_is_clear_where_nothing_is() -> None:
    source = overlay(np.array([[0.0, 1.0], [0.5, 0.0]]))
    data = base64.b64decode(source.removeprefix("data:image/png;base64,"))
    with Image.open(io.BytesIO(data)) as image:
        alpha = np.asarray(image)[..., 3]
    assert alpha.tolist() == [[0, 204], [102, 0]]
    found = explained(answer(), np.ones((1, 2, 2)))
    assert "is-map" in why_view.render("en", found, 0)
    assert why_view.overlay_of(found, 5) == ""
