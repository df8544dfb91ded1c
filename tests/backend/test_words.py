"""Words of a text, and tokens merged to them."""

import itertools

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from backend.words import (
    is_unspaced,
    merged,
    notes_on_words,
    occurrences,
    without,
    words_of,
)


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
        ("__init__ _", ["__", "init", "__", "_"]),
        ("Hello... what?! (3.5%)", ["Hello", "...", "what", "?!", "(", "3", ".", "5", "%)"]),
        ("x² ½ №5 Ⅳ", ["x²", "½", "№", "5", "Ⅳ"]),
        ("-x- a--b 'n'", ["-", "x", "-", "a", "--", "b", "'", "n", "'"]),
        ("привет, мир", ["привет", ",", "мир"]),
        ("한국어 단어", ["한국어", "단어"]),
        ("العربية، نعم؟", ["العربية", "،", "نعم", "؟"]),
        ("コーヒー", ["コーヒー"]),
        ("人々", ["人", "々"]),
        ("  \n ", []),
    ],
)
def test_words_punctuation_and_chinese_characters_are_told_apart(text, words):
    assert texts(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Cafe\u0301 ole\u0301!", ["Cafe\u0301", "ole\u0301", "!"]),
        ("Zu\u0308rich's e\u0301t-e\u0301", ["Zu\u0308rich's", "e\u0301t-e\u0301"]),
        ("क्षत्रिय हिन्दी है।", ["क्षत्रिय", "हिन्दी", "है", "।"]),
        ("مَرْحَبًا بالعالم", ["مَرْحَبًا", "بالعالم"]),
        ("שָׁלוֹם", ["שָׁלוֹם"]),
        ("می\u200cخواهم", ["می\u200cخواهم"]),
        ("1️⃣ first, #️⃣2️⃣", ["1️⃣", "first", ",", "#️⃣", "2️⃣"]),
        ("great 👍🏽!!", ["great", "👍🏽", "!!"]),
        ("👩‍👩‍👧‍👦🇩🇪🇫🇷 ❤️‍🔥", ["👩‍👩‍👧‍👦", "🇩🇪", "🇫🇷", "❤️‍🔥"]),
    ],
)
def test_words_are_whole_graphemes(text, words):
    assert texts(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ภาษาน้ำ", ["ภ", "า", "ษ", "า", "น้ำ"]),
        ("日本語のコーヒーを飲む", ["日", "本", "語", "の", "コーヒー", "を", "飲", "む"]),
        ("葛\U000e0100飾", ["葛\U000e0100", "飾"]),
        ("𠮷野家", ["𠮷", "野", "家"]),
    ],
)
def test_in_scripts_without_spaces_each_character_is_a_word_and_it_is_said(text, words):
    assert texts(text) == words
    assert [note.code for note in notes_on_words("plain", text)] == ["characters_as_words"]
    assert all(map(is_unspaced, (text, "の", "ไ")))


@pytest.mark.parametrize(
    "text", ["word", "コーヒー", "한국어", "\u0e31", "\u0e33", "👍🏽", "", "।"]
)
def test_other_texts_need_no_such_note(text):
    assert not is_unspaced(text)
    assert notes_on_words("Café, привет 👍🏽 한국어 コーヒー") == ()


@given(st.text())
def test_no_word_begins_or_ends_inside_a_grapheme(text):
    edges = {0, *(found.end() for found in regex.finditer(r"\X", text))}
    after_a_space = {place + 1 for place, letter in enumerate(text) if letter.isspace()}
    assert {word.start for word in words_of(text)} <= edges | after_a_space
    assert {word.end for word in words_of(text)} <= edges


@pytest.mark.parametrize(
    ("text", "phrase", "places"),
    [
        ("Red apple, red leaf, reddish", "red", [(0, 3), (11, 14)]),
        ("a Cafe\u0301 by the café", "CAFÉ", [(2, 7), (15, 19)]),
        ("一只小狗和小猫", "小狗", [(2, 4)]),
        ("the small red car", "red car", [(10, 17)]),
        ("👍🏽👍", "👍", [(2, 3)]),
        ("aha aha aha", "aha aha", [(0, 7)]),
        ("a cat", "dog", []),
        ("a cat", "", []),
    ],
)
def test_a_phrase_is_found_as_whole_words(text, phrase, places):
    assert [(word.start, word.end) for word in occurrences(text, phrase)] == places


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
    hindi = "यह हिन्दी है"
    assert without(hindi, words_of(hindi), [1]) == "यह है"


def test_tokens_add_up_within_their_word_and_special_tokens_are_left_out():
    words = words_of("unhappy trains")
    offsets = [(0, 0), (0, 2), (2, 7), (8, 13), (13, 14), (0, 0)]
    assert merged(words, offsets, [9, 1, 2, 3, 4, 9]) == [3, 7]


def test_a_token_that_begins_at_a_space_counts_for_the_word_before_it():
    assert merged(words_of("a b"), [(0, 1), (1, 3)], [1, 2]) == [3, 0]
