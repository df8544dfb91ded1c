"""Words of a text, and tokens merged to them."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.words import merged, without, words_of


def texts(text):
    return [word.text for word in words_of(text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I don't like it!", ["I", "don't", "like", "it", "!"]),
        ("well-known, isn’t it?", ["well-known", ",", "isn’t", "it", "?"]),
        ("这部电影很好。", ["这", "部", "电", "影", "很", "好", "。"]),
        ("我love你", ["我", "love", "你"]),
        ("naïve café 42", ["naïve", "café", "42"]),
        ("a_b", ["a", "_", "b"]),
        ("  \n ", []),
    ],
)
def test_words_punctuation_and_chinese_characters_are_told_apart(text, words):
    assert texts(text) == words


@given(st.text())
def test_words_stand_where_they_say_and_hold_all_but_spaces(text):
    words = words_of(text)
    assert all(text[word.start : word.end] == word.text for word in words)
    assert all(a.end <= b.start for a, b in itertools.pairwise(words))
    covered = {place for word in words for place in range(word.start, word.end)}
    assert all(text[place].isspace() for place in range(len(text)) if place not in covered)


def test_dropping_words_leaves_the_rest_with_single_spaces():
    text = "It was not good at all."
    assert without(text, words_of(text), [2]) == "It was good at all."
    assert without(text, words_of(text), [0, 6]) == "was not good at all"
    assert without(text, words_of(text), range(7)) == ""


def test_tokens_add_up_within_their_word_and_special_tokens_are_left_out():
    words = words_of("unhappy trains")
    offsets = [(0, 0), (0, 2), (2, 7), (8, 13), (13, 14), (0, 0)]
    assert merged(words, offsets, [9, 1, 2, 3, 4, 9]) == [3, 7]


def test_a_token_that_begins_at_a_space_counts_for_the_word_before_it():
    assert merged(words_of("a b"), [(0, 1), (1, 3)], [1, 2]) == [3, 0]
