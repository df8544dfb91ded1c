"""What the image search tab shows, without a browser or a model."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from backend.image_search.collection import IndexingReport
from backend.image_search.explanation import EncodedQuery, Reasons, Word
from backend.image_search.labels import Label
from backend.image_search.match_threshold import match_threshold
from backend.image_search.matrix import CaptionMatrix
from backend.image_search.query import Term
from backend.image_search.request import SearchRequest
from backend.image_search.results import (
    Comparison,
    ExplainedResult,
    Hit,
    IndexingResult,
    Ranking,
    SearchResult,
)
from backend.image_search.scope import Scope
from backend.image_search.vector_index import Entry, VectorIndex
from backend.messages import message
from backend.pictures import Skipped
from backend.run import RunCard
from demos.image_search.collections import render_report
from demos.image_search.matrix import cosine_table, render_tables, share_table
from demos.image_search.pictures import caption, overlay
from demos.image_search.view import overlay_of, render_ranking, render_reasons, spread
from tests.backend.fakes import CPU, spec


def ranking(name: str = "cat.webp", good: bool = True) -> Ranking:
    entry = Entry("cat.webp", name, "A <b>cat</b>.", "一只猫。")
    request = SearchRequest((Term("<i>cat</i>", 1),), None, 1, Scope(), 1, 0.05, "best")
    vectors = np.eye(3, dtype=np.float32)
    values = np.array([0.9 if good else 0.1, 0.1, 0.1])
    hit = Hit(1, 0, entry, float(values[0]), 0.5, good, (0.9,))
    query = EncodedQuery(vectors[:1], (1.0,), vectors[0])
    index = VectorIndex((entry,) * 3, vectors, "m", 0.3)
    return Ranking(request, index, query, values, match_threshold(values, 0.3), (hit,))


def explained(found: Ranking, maps: Any = None) -> ExplainedResult:
    card = RunCard(spec("m", task="image_search"), CPU, 0.1)
    words = (Word(0, 0, "<u>"), Word(0, 1, "cat"))
    labels = (((Label("<s>tiger</s>", "老虎"), 0.4),),)
    reasons = Reasons(words, np.array([[0.0], [0.2]]), labels, maps)
    return ExplainedResult(SearchResult(found, card), reasons, card)


def test_nothing_from_outside_becomes_markup() -> None:
    drawn = render_ranking("en", ranking()) + render_reasons("en", explained(ranking()), 0)
    for tag in ("<b>cat", "<i>", "<u>", "<s>"):
        assert tag not in drawn
    assert "A &lt;b&gt;cat" in drawn


def test_a_weak_ranking_says_so_in_words() -> None:
    assert "Nothing here matches well" in render_ranking("en", ranking(good=False))
    assert "没有很匹配" in render_ranking("zh", ranking(good=False))
    assert "1 of the 1 pictures shown" in render_ranking("en", ranking())


def test_captions_are_in_the_visitors_language_and_files_keep_their_names() -> None:
    entry = ranking().hits[0].entry
    assert caption("zh", entry) == "一只猫。"
    assert caption("en", Entry("hash", "album.zip/sub/me.jpg")) == "me.jpg"


def test_labels_have_their_chinese_where_somebody_wrote_it() -> None:
    assert "老虎" in render_reasons("zh", explained(ranking()), 0)


def test_a_map_becomes_a_picture_that_is_clear_where_nothing_is() -> None:
    source = overlay(np.array([[0.0, 1.0], [0.5, 0.0]]))
    data = base64.b64decode(source.removeprefix("data:image/png;base64,"))
    with Image.open(io.BytesIO(data)) as image:
        alpha = np.asarray(image)[..., 3]
    assert alpha.tolist() == [[0, 204], [102, 0]]
    found = explained(ranking(), np.ones((1, 2, 2)))
    assert "search-map" in render_reasons("en", found, 0)
    assert overlay_of(found, 5) == ""


def test_captions_are_escaped_in_the_tables_and_the_best_of_each_picture_is_framed() -> None:
    cosines = np.array([[0.1, 0.4], [0.3, 0.2]])
    by_caption = np.array([[0.6, 0.4], [0.9, 0.1]])
    matrix = CaptionMatrix(("<b>a</b>", "b"), cosines, cosines, by_caption)
    card = RunCard(spec("m", task="image_search"), CPU, 0.1)
    compared = Comparison(matrix, ("x", "<i>y"), (b"1", b"2"), card)
    best = [[cell.is_best for cell in row] for _, row in cosine_table("en", compared).rows]
    assert best == [[False, True], [True, False]]
    rows = share_table("en", compared, "by_caption").rows
    assert [[cell.is_best for cell in row] for _, row in rows] == [[True, False], [True, False]]
    assert [cell.text for cell in rows[1][1]] == ["90.0 %", "10.0 %"]
    drawn = render_tables("en", compared)
    assert drawn.count("<table") == 3 and "<b>" not in drawn and "<i>" not in drawn


def test_a_report_names_what_was_skipped_and_what_is_there_twice() -> None:
    skipped = (Skipped("<b>.txt", message("not_a_picture", name="<b>.txt")),)
    report = IndexingReport("my <i>trip", 3, 1, skipped, 2.0)
    card = RunCard(spec("m", task="image_search"), CPU, 0.1)
    drawn = render_report("en", IndexingResult(report, (("a", "b"),), card))
    assert "Skipped: 1" in drawn and "&lt;b&gt;.txt" in drawn and "a = b" in drawn
    assert "my &lt;i&gt;trip" in drawn and "<i>" not in drawn


def test_a_report_names_what_was_replaced() -> None:
    report = IndexingReport("trip", 1, 0, (), 2.0, ("<i>IMG.jpg",))
    card = RunCard(spec("m", task="image_search"), CPU, 0.1)
    drawn = render_report("en", IndexingResult(report, (), card))
    assert "same name: 1" in drawn and "&lt;i&gt;IMG.jpg" in drawn and "<i>" not in drawn
    assert "同名" in render_report("zh", IndexingResult(report, (), card))


def test_the_histogram_marks_the_threshold_and_what_lies_above_it() -> None:
    drawn = spread(ranking())
    assert len(drawn.bars) == len(ranking().threshold.counts)
    assert drawn.line == pytest.approx(640 * (0.3 - 0.1) / (0.9 - 0.1))
    matches = [bar.is_match for bar in drawn.bars]
    assert matches == sorted(matches) and matches.count(True) == 24  # three quarters of 32
    assert spread(ranking(good=False)).line is None
