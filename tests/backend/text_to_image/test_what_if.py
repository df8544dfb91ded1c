"""Grids, swapped words and interpolations: what is drawn, and what is refused."""

import pytest

from backend.errors import InputError
from backend.options import MAX_SEED
from backend.text_to_image import what_if
from backend.text_to_image.request import check_request


def test_a_grid_has_every_row_under_every_column_with_the_same_noise():
    asked = check_request("a {} heart", seed=9)
    rows = what_if.check_axis("word", "red, blue", what_if.ROWS)
    columns = what_if.check_axis("guidance", [0, "2.5"], what_if.COLUMNS)
    grid = what_if.grid(asked, rows, columns)
    drawn = [(c.request.prompt, c.request.guidance, c.request.seed) for c in grid.cells]
    assert drawn == [
        ("a red heart", 0.0, 9), ("a red heart", 2.5, 9),
        ("a blue heart", 0.0, 9), ("a blue heart", 2.5, 9),
    ]  # fmt: skip
    assert what_if.labels(columns.values) == ["0", "2.5"]


@pytest.mark.parametrize(
    ("name", "text", "values"),
    [
        ("seed", "1，2，3", (1, 2, 3)),
        ("seed", "１、２；３", (1, 2, 3)),
        ("guidance", "０．５，2.5\n3", (0.5, 2.5, 3.0)),
        ("word", "猫，狗、鸟", ("猫", "狗", "鸟")),
        ("word", "red; dark blue,", ("red", "dark blue")),
    ],
)
def test_an_axis_reads_its_values_in_chinese_signs_too(name, text, values):
    assert what_if.check_axis(name, text, what_if.ROWS).values == values


@pytest.mark.parametrize(
    ("rows", "columns", "prompt", "said"),
    [
        (("seed", ""), ("steps", "1"), "x", "no value for seed"),
        (("seed", "1,2,3,4,5,6,7"), ("steps", "1"), "x", "7 values"),
        (("seed", "1"), ("seed", "2"), "x", "both seed"),
        (("word", "a"), ("seed", "1"), "x", "exactly once"),
        (("steps", "0"), ("seed", "1"), "x", "steps must be"),
        (("colour", "1"), ("seed", "1"), "x", "rows must be one of"),
    ],
)
def test_a_bad_grid_is_named(rows, columns, prompt, said):
    with pytest.raises(InputError, match=said):
        what_if.grid(
            check_request(prompt),
            what_if.check_axis(*rows, what_if.ROWS),
            what_if.check_axis(*columns, what_if.COLUMNS),
        )


def test_a_word_is_swapped_wherever_it_stands_whatever_its_case():
    grid = what_if.swap(check_request("Red apple, red leaf, reddish"), "red", "blue")
    assert grid.cells[1].request.prompt == "blue apple, blue leaf, reddish"
    assert grid.cells[0].request.seed == grid.cells[1].request.seed
    with pytest.raises(InputError, match="'green' is not in the prompt"):
        what_if.swap(check_request("a red apple"), "green", "blue")
    with pytest.raises(InputError, match="The word to put in its place is empty"):
        what_if.swap(check_request("a red apple"), "red", " ")


@pytest.mark.parametrize(
    ("prompt", "word", "other", "swapped"),
    [
        ("a Cafe\u0301 at night", "café", "bar", "a bar at night"),
        ("a 👍🏽, a 👍", "👍", "🐶", "a 👍🏽, a 🐶"),
        ("👩‍👩‍👧‍👦!", "👩‍👩‍👧‍👦", "🐱", "🐱!"),
        ("लाल हिन्दी", "हिन्दी", "सेब", "लाल सेब"),
        ("一只小狗", "小狗", "小猫", "一只小猫"),
        ("a small red car", "red car", "bus", "a small bus"),
    ],
)
def test_whole_words_of_any_script_are_swapped(prompt, word, other, swapped):
    grid = what_if.swap(check_request(prompt), word, other)
    assert grid.cells[1].request.prompt == swapped


def test_part_of_a_grapheme_is_no_word_to_swap():
    with pytest.raises(InputError, match="not in the prompt"):
        what_if.swap(check_request("a 👍🏽"), "👍", "🐶")


def test_an_interpolation_needs_another_end():
    asked = check_request("sun", seed=MAX_SEED)
    assert what_if.check_interpolation(asked, "seeds", "", "", 3).seed == 0
    assert what_if.check_interpolation(asked, "prompts", "moon", "", 3).weights == (0.0, 0.5, 1.0)
    with pytest.raises(InputError, match="The other prompt is empty"):
        what_if.check_interpolation(asked, "prompts", " ", "", 3)
    with pytest.raises(InputError, match="frames must be"):
        what_if.check_interpolation(asked, "prompts", "moon", "", 99)
