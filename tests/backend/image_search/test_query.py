"""What is asked for: terms, signs, weights, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.errors import InputError
from backend.image_search.query import Term, parse_query
from backend.image_search.request import check_request
from backend.image_search.scope import Scope, scope_of
from tests.backend.image_search.conftest import KEY
from tests.backend.pictures.files import encoded, picture


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("a cat on a sofa", [("a cat on a sofa", 1)]),
        ("dog + beach - people", [("dog", 1), ("beach", 1), ("people", -1)]),
        ("2:red car", [("red car", 2)]),
        ("dog - 0.5:water", [("dog", 1), ("water", -0.5)]),
        ("- people", [("people", -1)]),
        ("ice-cream and a t-shirt", [("ice-cream and a t-shirt", 1)]),
        ("鸟 ＋ 2：水 － 船", [("鸟", 1), ("水", 2), ("船", -1)]),
        ("dog -people", [("dog", 1), ("people", -1)]),
        ("dog -0.5:water", [("dog", 1), ("water", -0.5)]),
        ("x - 2 : y", [("x", 1), ("y", -2)]),
        ("2: 3 dogs", [("3 dogs", 2)]),
        ("dog -🐱", [("dog", 1), ("🐱", -1)]),
        ('a sign "stop"', [('a sign "stop"', 1)]),
        ('5" screen - 7" one', [('5" screen', 1), ('7" one', -1)]),
        ("C:\\dogs", [("C:\\dogs", 1)]),
        ("  two\n lines ", [("two lines", 1)]),
        ("", []),
        (" \n ", []),
    ],
)
def test_terms_are_read(text, terms):
    assert parse_query(text) == tuple(Term(*term) for term in terms)


@pytest.mark.parametrize(
    "text",
    [
        "16:9 landscape",
        "2.39:1 film",
        "3:10 to Yuma",
        "10：30 的钟",
        "10:30",
        "a -> b",
        "a --> b",
        "<- back",
        "temperature -5 degrees",
        "-5 degrees",
        "between -.5 and +5",
        "温度 －5 度",
    ],
)
def test_times_ratios_arrows_and_signed_numbers_are_texts(text):
    assert parse_query(text) == (Term(text, 1),)
    assert parse_query(f"dog + {text}") == (Term("dog", 1), Term(text, 1))


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ('"2:red car"', [("2:red car", 1)]),
        ("“2:红车”", [("2:红车", 1)]),
        ('dog "-" cat', [("dog - cat", 1)]),
        ('2:"16:9 - wide"', [("16:9 - wide", 2)]),
        ('"dog + cat" -"a - b"', [("dog + cat", 1), ("a - b", -1)]),
        (r"dog \- cat", [("dog - cat", 1)]),
        (r"鸟 \－ 水", [("鸟 － 水", 1)]),
        (r"2\:red car", [("2:red car", 1)]),
        (r"\-people", [("-people", 1)]),
        (r"a sign \"- exit\"", [('a sign "- exit"', 1)]),
        ('"+"', [("+", 1)]),
    ],
)
def test_quotes_and_backslashes_make_a_text_of_a_sign_or_a_weight(text, terms):
    assert parse_query(text) == tuple(Term(*term) for term in terms)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("dog +", "empty_term"),
        ("dog + - cat", "empty_term"),
        ("2:", "empty_term"),
        ("99:dog", "weight_range"),
        ("0:dog", "weight_range"),
        (" + ".join("abcdefghijklmnopqrst"), "too_many_terms"),
        ("x" * 50_000, "too_many_characters"),
        (None, "not_a_text"),
        (["dog"], "not_a_text"),
    ],
)
def test_what_cannot_be_read_is_a_sentence(text, code):
    with pytest.raises(InputError) as refused:
        parse_query(text)
    assert refused.value.message.code == code


@given(st.text(max_size=200))
def test_any_text_is_terms_or_a_sentence(text):
    try:
        assert all(term.text.strip() for term in parse_query(text))
    except InputError as refused:
        assert str(refused)


def test_the_error_says_how_to_escape():
    with pytest.raises(InputError, match="in quotes"):
        parse_query("dog + - cat")


def test_nothing_asked_is_a_sentence():
    with pytest.raises(InputError, match="nothing to look for"):
        check_request("   ")


def test_a_picture_alone_is_a_query(tmp_path):
    file = tmp_path / "x.png"
    file.write_bytes(encoded(picture()))
    asked = check_request("", file, picture_weight=-2)
    assert [term.weight for term in asked.parts] == [-2]


@pytest.mark.parametrize(
    "options", [{"top": 0}, {"top": 61}, {"temperature": 0}, {"sort": "x"}, {"picture_weight": 9}]
)
def test_options_out_of_range_are_refused(options):
    with pytest.raises(InputError):
        check_request("dog", **options)


def test_a_collection_that_is_not_there_is_a_sentence():
    assert scope_of("", "") == scope_of(None, None) == Scope()
    with pytest.raises(InputError, match="no collection"):
        scope_of("holiday", KEY)
    with pytest.raises(InputError, match="key"):
        scope_of("holiday", "short")


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("2:3D glasses", ("3D glasses", 2)),
        ("2:7up can", ("7up can", 2)),
        ("0.5:1950s car", ("1950s car", 0.5)),
        ("10:30am sky", ("10:30am sky", 1)),
        ("2001: A Space Odyssey", ("2001: A Space Odyssey", 1)),
    ],
)
def test_a_word_that_begins_with_digits_is_no_time_and_a_year_is_no_weight(text, term):
    assert parse_query(text) == (Term(*term),)


def test_a_number_that_is_no_weight_gets_a_sentence_about_quotes():
    with pytest.raises(InputError, match=r'12 is no weight.*"12: \.\.\."'):
        parse_query("12: angry men")
