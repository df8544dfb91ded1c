"""Every bad value is named, with the values that would be right."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.errors import InputError
from backend.options import (
    MAX_SEED,
    SEED,
    ChoiceOption,
    NumberOption,
    check_options,
    with_seed,
)

TEMPERATURE = NumberOption("temperature", 0.7, 0.0, 5.0, 0.05)
TOKENS = NumberOption("max_new_tokens", 200, 1, 4096, 1, whole=True)
MODE = ChoiceOption("mode", "chat", ("chat", "completion"))

NOT_NUMBERS = [
    None, "", "warm", "0,7", True, False, math.nan, math.inf, -math.inf, "nan", "inf", "-Infinity",
    "1e999", 10**400, [1], {}, b"1", 1j,
]  # fmt: skip


@pytest.mark.parametrize("value", [0, 0.0, 5, 0.7, "0.7", " 1 ", "1e0", -0.0])
def test_numbers_and_texts_of_numbers_in_the_range_are_taken(value):
    assert TEMPERATURE.check(value) == float(value)


@pytest.mark.parametrize("value", NOT_NUMBERS)
def test_what_is_not_a_finite_number_is_named_with_the_range(value):
    with pytest.raises(InputError, match="temperature must be a number from 0 to 5, not") as caught:
        TEMPERATURE.check(value)
    assert caught.value.message.code == "not_a_number"


@pytest.mark.parametrize("value", [-0.01, -1, 5.01, 1e300, "-3"])
def test_a_number_outside_the_range_is_named_with_the_range(value):
    with pytest.raises(InputError, match="temperature must be from 0 to 5, not"):
        TEMPERATURE.check(value)


@pytest.mark.parametrize("value", [0, 10**9, 4097, "0"])
def test_whole_numbers_keep_to_their_range_too(value):
    with pytest.raises(InputError, match="max_new_tokens must be from 1 to 4096"):
        TOKENS.check(value)


@pytest.mark.parametrize("value", [1.5, "2.25", 4095.999])
def test_a_fraction_is_refused_where_only_whole_numbers_count(value):
    with pytest.raises(InputError, match="must be a whole number from 1 to 4096"):
        TOKENS.check(value)


@pytest.mark.parametrize("value", [7, 7.0, "7", "7.0"])
def test_a_whole_number_comes_out_as_an_int(value):
    checked = TOKENS.check(value)
    assert checked == 7
    assert type(checked) is int


@pytest.mark.parametrize("value", [None, ""])
def test_an_option_that_may_be_empty_takes_none(value):
    assert SEED.check(value) is None


def test_the_largest_seed_is_written_in_full():
    assert SEED.check(2**32 - 1) == 4294967295
    with pytest.raises(InputError, match="seed must be from 0 to 4294967295, not 4294967296"):
        SEED.check(2**32)


@given(st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary())
def test_a_checked_number_is_in_the_range_or_refused_with_a_message(value):
    try:
        number = TEMPERATURE.check(value)
    except InputError as error:
        assert "temperature" in str(error)
    else:
        assert 0 <= number <= 5


def test_a_choice_is_one_of_the_words():
    assert MODE.check("completion") == "completion"


@pytest.mark.parametrize("value", ["Chat", "", None, 0, True, ["chat"], "chat "])
def test_anything_else_is_refused_and_the_choices_are_listed(value):
    with pytest.raises(InputError, match="mode must be one of chat, completion, not"):
        MODE.check(value)


@pytest.mark.parametrize(
    ("value", "number"), [("１", 1), ("１．５", 1.5), ("０.７", 0.7), (" ３ ", 3)]
)
def test_numbers_in_full_width_digits_are_numbers_too(value, number):
    assert TEMPERATURE.check(value) == number
    with pytest.raises(InputError, match="not '－１'"):
        TEMPERATURE.check("－１")


def test_a_table_of_options_is_checked_whole_and_what_is_not_given_has_its_default():
    table = {option.name: option for option in (TEMPERATURE, MODE)}
    assert check_options(table, {"mode": "completion"}) == {
        "temperature": 0.7,
        "mode": "completion",
    }
    with pytest.raises(InputError, match="temperature"):
        check_options(table, {"temperature": "warm", "colour": "red"})
    with pytest.raises(TypeError, match="unknown options: colour, size"):
        check_options(table, {"size": 1, "colour": "red"})


def test_a_seed_that_was_not_given_is_drawn_and_that_is_known():
    assert with_seed({"seed": 0}) == {"seed": 0, "is_seeded": True}
    drawn = [with_seed({"seed": None}) for _ in range(5)]
    assert not any(values["is_seeded"] for values in drawn)
    assert len({values["seed"] for values in drawn}) > 1
    assert all(0 <= values["seed"] <= MAX_SEED for values in drawn)
