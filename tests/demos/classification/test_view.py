"""What is drawn is right, and nothing of a visitor's is markup."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from backend.classification.batch import as_csv, judge
from backend.classification.metrics import report
from backend.classification.request import Example
from backend.classification.results import (
    Batch,
    Classified,
    CurvePoint,
    Explanation,
    Filled,
    Filling,
    Fused,
    Hard,
    Lesson,
    NextSentence,
    Probe,
    Route,
    Scores,
    TableClassified,
    WordingGrid,
    WordScore,
)
from backend.csv_tables import parse_table
from backend.models.registry import MODELS
from backend.words import words_of
from demos.classification import view
from demos.classification.names import expert_name, label_name

EVIL = "<img src=x onerror=alert(1)>"
SAFE = "&lt;img"
ROWS = {row.id: row for row in MODELS}
SENTIMENT, FINANCE = ROWS["sentiment-expert"], ROWS["distilroberta-finance"]


def classified(scores: Scores, text: str = "a text", route: Route | None = None) -> Classified:
    card: Any = SimpleNamespace(spec=SENTIMENT)
    return Classified(text, scores, card, route)


def explanation(text: str) -> Explanation:
    words = tuple(words_of(text))
    scores = tuple(float(n) - 1 for n in range(len(words)))
    lost = {"gradients": 0.5, "dropped": 0.4, "random": 0.1}
    return Explanation("positive", 0.9, words, scores, scores, 3.0, 0.001, 1.0, 1, lost)


def lesson(label: str = "b", text: str = "x") -> Lesson:
    measured = report(["a", label, label], ["a", "a", label])
    curve = (CurvePoint(4, 0.5), CurvePoint(8, 1.0))
    head: Any = None
    return Lesson(head, 2, measured, (Hard(Example(text, label), "a", 0.5),), curve)


def table(text: str, gold: str) -> TableClassified:
    """Two of three rows are done."""
    given = parse_table(f"text,gold\n{text},{gold}\nb,positive\nc,\n".encode())
    batch = Batch(2, 3, ("positive", "negative"), np.array([[0.95, 0.05], [0.45, 0.55]]))
    card: Any = None
    judged = judge(batch, given.column("gold"))
    return TableClassified(given, batch, as_csv(given, batch), judged, card)


@pytest.mark.parametrize(
    "drawn",
    [
        view.plain_scores("en", Scores((EVIL, "b"), (0.7, 0.3))),
        view.scores("en", classified(Scores(("a", EVIL), (0.7, 0.3))), None, EVIL),
        view.pair("en", [classified(Scores((EVIL, "b"), (0.7, 0.3)), EVIL)] * 2),
        view.zero_shot("en", WordingGrid((f"{EVIL} {{}}",), (Scores((EVIL,), (1.0,)),))),
        view.gaps("en", Filled([[Filling(EVIL, 0.5)]], None)),  # type: ignore[arg-type]
        view.lesson("en", lesson(EVIL, EVIL)),
        view.table_preview("en", parse_table(f"{EVIL},b\n{EVIL},c\n".encode())),
        view.table_result("en", table(EVIL, EVIL)),
        view.probe("en", Probe(EVIL, (WordScore(EVIL, 0.5),), 0.1, 0.1, True, (EVIL, "b"))),
        view.fused("en", Fused(*[Scores((EVIL, "b"), (0.7, 0.3))] * 4, None), 0.5),  # type: ignore[arg-type]
    ],
)
def test_texts_labels_and_column_names_are_escaped(drawn: str) -> None:
    assert "<img" not in drawn and SAFE in drawn


def test_the_words_of_an_explanation_are_escaped() -> None:
    assert '">&lt;</span>' in view.why("en", explanation(EVIL))


def test_bars_come_likeliest_first_and_keep_the_order_of_before() -> None:
    before, now = Scores(("a", "b"), (0.9, 0.1)), Scores(("a", "b"), (0.2, 0.8))
    alone = view.scores("en", classified(now)).partition("<ul")[2]
    moved = view.scores("en", classified(now), classified(before)).partition("<ul")[2]
    assert alone.index(">b<") < alone.index(">a<")
    assert moved.index(">a<") < moved.index(">b<")
    assert "-70.0" in moved and "+70.0" in moved
    assert 'style="left:90.00%"' in moved and 'style="width:20.00%"' in moved


def test_the_second_of_a_pair_is_marked_only_with_the_same_labels() -> None:
    first, second = Scores(("a", "b"), (0.9, 0.1)), Scores(("a", "b"), (0.2, 0.8))
    other = Scores(("c", "d"), (0.2, 0.8))
    assert view.pair("en", [classified(first), classified(second)]).count("st-before") == 2
    assert view.pair("en", [classified(first), classified(other)]).count("st-before") == 0


def test_a_route_says_which_expert_would_suit_better() -> None:
    found = classified(
        Scores(("a",), (1.0,)), route=Route(SENTIMENT, {FINANCE: 0.7, SENTIMENT: 0.3})
    )
    drawn = view.scores("en", found)
    assert "Financial news would suit better" in drawn
    assert "Financial news 70.0 %, Sentiment 30.0 %" in drawn
    best = classified(found.scores, route=Route(FINANCE, {FINANCE: 0.7, SENTIMENT: 0.3}))
    assert "would suit better" not in view.scores("en", best)


def test_a_dropped_word_is_marked_and_every_word_is_a_button() -> None:
    drawn = view.why("en", explanation("not so bad"), dropped=(1,))
    assert drawn.count("<button") == 3
    assert drawn.count('aria-pressed="true"') == 1
    assert 'data-word="1" aria-pressed="true"' in drawn


def test_words_for_and_against_go_to_different_sides() -> None:
    drawn = view.why("en", explanation("not so bad"))
    assert 'class="st-against" style="width:50.0%"' in drawn
    assert 'class="st-for" style="width:50.0%"' in drawn


def test_charts_have_a_name_and_their_numbers_as_text() -> None:
    curve = view.lesson("en", lesson())
    assert "4: 50.0 %" in curve and 'role="img"' in curve
    assert 'points="171.0,99.0 308.0,12.0 "' in curve
    diagram = view.table_result("zh", table("a", "positive"))
    assert diagram.count("<rect") == 2 and "可靠性" in diagram


def test_a_confusion_matrix_has_its_counts_and_colours() -> None:
    drawn = view.lesson("en", lesson())
    assert "true ↓" in drawn and drawn.count("<td style=") == 4
    assert '<th scope="row">b</th><td style="background:' in drawn


def test_half_a_table_says_so_and_shows_the_first_rows() -> None:
    drawn = view.table_result("en", table("one", "other"))
    assert "2 of 3 rows are done" in drawn
    assert "<td>positive</td><td>95.0 %</td><td>one</td><td>other</td>" in drawn


def test_whether_a_sentence_follows_is_yes_and_no() -> None:
    card: Any = None
    drawn = view.next_sentence("en", NextSentence(0.2, card))
    assert "does not follow</b> <span>80.0 %" in drawn


def test_what_is_not_taught_yet_says_how_to_teach_it() -> None:
    alone = Scores(("a", "b"), (0.6, 0.4))
    other = Scores(("a", "b"), (0.2, 0.8))
    drawn = view.fused("en", Fused(alone, other, alone, None, None), 0.25)  # type: ignore[arg-type]
    assert "Not taught yet" in drawn and drawn.count("<ul") == 3
    assert "50.0 %" in drawn  # 0.75 of 0.6 and 0.25 of 0.2


def test_our_own_labels_are_translated_and_others_are_not() -> None:
    assert label_name("zh", "positive") == "积极"
    assert label_name("zh", "grief") == "grief"


def test_an_expert_without_a_text_of_its_own_has_its_rows_name() -> None:
    assert expert_name("zh", SENTIMENT) == "情感倾向"
    assert expert_name("zh", ROWS["roberta-emotions"]) == "RoBERTa, 28 emotions (GoEmotions)"
