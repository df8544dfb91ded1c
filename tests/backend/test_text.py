"""Whatever comes in, tokenizers and JSON can carry what comes out."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.errors import InputError
from backend.text import MAX_CHARACTERS, clean_text, narrow, shown, split_lines, split_list

ANY_CHARACTER = st.characters(codec=None)  # lone surrogates and controls included


@pytest.mark.parametrize(
    ("dirty", "clean", "changed"),
    [
        ("plain text", "plain text", 0),
        ("你好 🌈 e\u0301", "你好 🌈 e\u0301", 0),
        ("a\r\nb\rc\nd\te", "a\nb\nc\nd\te", 0),
        ("\ud83c alone", "\N{REPLACEMENT CHARACTER} alone", 1),
        ("nul\x00 bell\x07 esc\x1b del\x7f c1\x9b", "nul bell esc del c1", 5),
        ("", "", 0),
    ],
)
def test_unreadable_characters_go_and_are_counted(dirty, clean, changed):
    assert clean_text(dirty) == (clean, changed)


def test_markup_is_text_like_any_other():
    assert clean_text("<script>alert(1)</script>") == ("<script>alert(1)</script>", 0)


def test_100_000_characters_are_read():
    assert clean_text("x" * 100_000) == ("x" * 100_000, 0)


def test_the_limit_is_200_000_characters_and_the_message_counts():
    assert len(clean_text("x" * 200_000)[0]) == MAX_CHARACTERS == 200_000
    with pytest.raises(InputError, match="The text has 200,001 characters; at most 200,000"):
        clean_text("x" * 200_001)


@pytest.mark.parametrize("value", [None, 7, 1.5, True, b"bytes", ["text"], {"text": "x"}])
def test_what_is_not_a_text_is_named(value):
    with pytest.raises(InputError, match="prompt must be a text, not") as caught:
        clean_text(value, "prompt")
    assert shown(value) in str(caught.value)


@given(st.text(ANY_CHARACTER))
def test_any_text_comes_out_as_utf8_and_stays_as_it_is_when_cleaned_again(text):
    clean, _ = clean_text(text)
    assert clean.encode("utf-8").decode("utf-8") == clean
    assert clean_text(clean) == (clean, 0)


@given(st.text(ANY_CHARACTER) | st.binary() | st.lists(st.text(ANY_CHARACTER)) | st.floats())
def test_a_quoted_value_is_short_printable_and_on_one_line(value):
    quoted = shown(value)
    assert len(quoted) <= 60
    assert quoted.isprintable()
    json.dumps(quoted).encode()


def test_a_long_value_is_cut_where_it_is_quoted():
    assert shown("y" * 1000) == "'" + "y" * 58 + "…"


@pytest.mark.parametrize("sign", [",", ";", "\n", "\r\n", "，", "；", "、", " , ", "、\n"])
def test_a_list_is_split_at_western_and_chinese_separators(sign):
    assert split_list(f"{sign}正面{sign}中 立{sign}{sign}bad{sign}", "labels") == [
        "正面",
        "中 立",
        "bad",
    ]


def test_lists_in_chinese_are_read_as_they_are_typed():
    assert split_list("正面、负面、中立", "labels") == ["正面", "负面", "中立"]
    assert split_list("猫，狗、鸟；鱼", "words") == ["猫", "狗", "鸟", "鱼"]
    assert split_list("10：30\u2028a。b 16:9", "words") == ["10：30\u2028a。b 16:9"]


def test_sentences_are_split_at_line_ends_only():
    text = "一只猫，一只狗。\r\n\n a, b; c、d\u2028e "
    assert split_lines(text, "captions") == ["一只猫，一只狗。", "a, b; c、d\u2028e"]


def test_full_width_signs_become_ascii_and_others_stay():
    assert narrow("－１．５ｅ＋２ ＡＢ\u3000！") == "-1.5e+2 AB !"
    assert narrow("猫、é½²") == "猫、é½²"
