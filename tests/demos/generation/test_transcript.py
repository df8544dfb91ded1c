"""Texts of visitors and models in HTML: shown, never run, nothing fetched."""

from __future__ import annotations

import pytest

from demos.generation import transcript

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "![](http://example.org/spy.png)",
    "<iframe src='http://example.org'></iframe>",
    "<style>body{display:none}</style>",
    "</div></div><h1>mine</h1>",
]


@pytest.mark.parametrize("text", ATTACKS)
@pytest.mark.parametrize("role", ["user", "assistant"])
def test_markup_in_a_turn_is_text(text: str, role: str) -> None:
    page = transcript.chat("en", [{"role": role, "content": text}])
    for live in ("<script", "<img", "<iframe", "<style", "<h1", 'href="javascript'):
        assert live not in page


@pytest.mark.parametrize("text", ATTACKS)
def test_markup_in_a_continued_text_is_text(text: str) -> None:
    page = transcript.completion("en", text, text)
    for live in ("<script", "<img", "<iframe", "<style", "<h1"):
        assert live not in page


def test_answers_are_markdown_and_questions_are_not() -> None:
    turns = [{"role": "user", "content": "**a**"}, {"role": "assistant", "content": "**b**"}]
    page = transcript.chat("en", turns)
    assert "**a**" in page and "<strong>b</strong>" in page


def test_only_the_last_turn_grows() -> None:
    turns = [{"role": role, "content": "x"} for role in ("user", "assistant") * 2]
    assert transcript.chat("en", turns, growing=True).count("st-growing") == 1
    assert "st-growing" not in transcript.chat("en", turns)


TURNS = [{"role": role, "content": "x"} for role in ("user", "assistant", "user", "assistant")]


def test_each_question_can_be_edited_and_no_answer() -> None:
    page = transcript.chat("en", TURNS, editable=True)
    assert page.count("<button") == 2
    assert 'data-turn="0"' in page and 'data-turn="2"' in page
    assert "<button" not in transcript.chat("en", TURNS)


@pytest.mark.parametrize(("turn", "number"), [(0, 0), (2, 2)])
def test_a_question_is_named_by_its_turn(turn: int, number: int) -> None:
    assert transcript.question_number({"turn": turn}, TURNS) == number


@pytest.mark.parametrize("turn", [1, 4, -1, "", "0", None, True, 0.0, 10**9, [0]])
def test_only_a_question_that_is_there_is_named(turn: object) -> None:
    assert transcript.question_number({"turn": turn}, TURNS) is None


@pytest.mark.parametrize("event", [None, "0", 0, [0], {}, {"key": 0}])
def test_an_event_without_a_turn_names_nothing(event: object) -> None:
    assert transcript.question_number(event, TURNS) is None


def test_a_chat_comes_back_from_the_browser_as_it_went() -> None:
    turns = [{"role": "user", "content": "你好"}, {"role": "assistant", "content": "Hello!"}]
    assert transcript.from_text(transcript.as_text(turns)) == turns
    assert transcript.as_text([]) == "" and transcript.from_text("") == []


@pytest.mark.parametrize(
    "text",
    ["{", "[1]", '[{"role": "user"}]', '[{"role": "system", "content": "x"}]', "null", '{"a": 1}'],
)
def test_what_is_no_chat_of_ours_is_an_empty_one(text: str) -> None:
    assert transcript.from_text(text) == []


def test_a_question_without_its_answer_is_not_kept_and_not_announced() -> None:
    waiting, over = transcript.chat("en", TURNS[:3]), transcript.chat("en", TURNS)
    assert 'aria-busy="true"' in waiting and "data-kept" not in waiting
    assert 'aria-busy="false"' in over and "data-kept" in over
