"""Everything an outsider can send, checked."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.errors import InputError
from backend.generation.request import OPTIONS, GenerationRequest, check_request
from backend.messages import message
from backend.options import MAX_SEED

BAD_NUMBERS = [-1, math.nan, math.inf, -math.inf, "warm", "nan", True, False, [0.7], {}, 10**400]


def test_a_prompt_alone_takes_every_option_from_the_table():
    request = check_request("Hello")
    assert request.prompt == "Hello"
    assert request.system == ""
    assert request.history == ()
    for name, row in OPTIONS.items():
        if name != "seed":
            assert getattr(request, name) == row.default


def test_the_request_and_the_table_have_the_same_defaults():
    bare = GenerationRequest("Hello")
    for name, row in OPTIONS.items():
        if name != "seed":
            assert getattr(bare, name) == row.default


def test_a_seed_not_given_is_drawn_and_is_in_the_request():
    seeds = {check_request("Hello").seed for _ in range(20)}
    assert len(seeds) > 1
    assert all(0 <= seed <= MAX_SEED for seed in seeds)


@pytest.mark.parametrize("seed", [0, 7, "7", 7.0, MAX_SEED])
def test_a_seed_given_is_kept(seed):
    assert check_request("Hello", seed=seed).seed == int(seed)


@pytest.mark.parametrize("prompt", ["", "   ", "\n\t", "\x00\x01", "\x1b"])
def test_an_empty_prompt_is_refused(prompt):
    with pytest.raises(InputError, match="The prompt is empty"):
        check_request(prompt)


@pytest.mark.parametrize("prompt", [None, 7, ["Hello"], b"Hello", True])
def test_a_prompt_that_is_no_text_is_refused(prompt):
    with pytest.raises(InputError, match="prompt must be a text"):
        check_request(prompt)


def test_100_000_characters_pass_and_200_001_do_not():
    assert len(check_request("x" * 100_000).prompt) == 100_000
    with pytest.raises(InputError, match="200,001 characters"):
        check_request("x" * 200_001)
    with pytest.raises(InputError, match="200,001 characters"):
        check_request("Hello", system="x" * 200_001)


def test_control_characters_and_lone_surrogates_are_taken_out_and_noted():
    request = check_request("a\x00b\ud800c", system="d\x07")
    assert request.prompt == "ab\N{REPLACEMENT CHARACTER}c"
    assert request.system == "d"
    assert request.notes == (message("cleaned", count=3),)


def test_markup_reaches_the_model_as_it_was_typed():
    assert check_request("<script>alert(1)</script>").prompt == "<script>alert(1)</script>"


@pytest.mark.parametrize("name", ["temperature", "top_p", "top_k", "repetition_penalty"])
@pytest.mark.parametrize("value", BAD_NUMBERS)
def test_a_bad_number_is_named(name, value):
    with pytest.raises(InputError, match=name):
        check_request("Hello", **{name: value})


@pytest.mark.parametrize("value", [0, -5, 10**9, 1.5, *BAD_NUMBERS])
def test_a_bad_number_of_tokens_is_named_with_the_range(value):
    with pytest.raises(InputError, match=r"max_new_tokens must be .*from 1 to 2048"):
        check_request("Hello", max_new_tokens=value)


@pytest.mark.parametrize("name", ["mode", "strategy", "overflow"])
@pytest.mark.parametrize("value", ["", "best", None, 1, True])
def test_a_bad_choice_is_named_with_the_choices(name, value):
    with pytest.raises(InputError, match=f"{name} must be one of {OPTIONS[name].choices[0]}"):
        check_request("Hello", **{name: value})


def test_an_option_that_does_not_exist_is_a_bug_of_the_caller():
    with pytest.raises(TypeError, match="unknown options: topk"):
        check_request("Hello", topk=5)


@pytest.mark.parametrize("temperature", [0, 0.0, "0", 1e-9, 1e-45, 5e-324])
def test_a_temperature_of_nothing_is_greedy_and_says_so(temperature):
    """Far below 0.001 the logits divided by it would overflow, on a GPU beyond repair."""
    request = check_request("Hello", temperature=temperature)
    assert not request.is_sampling
    assert request.notes == (message("temperature_zero"),)


def test_greedy_needs_no_note_on_its_temperature():
    request = check_request("Hello", strategy="greedy", temperature=0)
    assert not request.is_sampling
    assert request.notes == ()


def test_a_low_temperature_still_samples():
    assert check_request("Hello", temperature=0.05).is_sampling


# --- History ------------------------------------------------------------------------------------

USER = {"role": "user", "content": "Hello"}
MODEL = {"role": "assistant", "content": "Hi"}


@pytest.mark.parametrize("nothing", [None, []])
def test_no_history_is_no_history(nothing):
    assert check_request("Hello", history=nothing).history == ()


def test_a_history_keeps_its_roles_and_order():
    history = check_request("And now?", history=[USER, MODEL]).history
    assert history == (("user", "Hello"), ("assistant", "Hi"))


def test_what_else_a_turn_carries_is_left_out():
    turn = {**USER, "metadata": {"title": None}, "options": []}
    assert check_request("And now?", history=[turn]).history == (("user", "Hello"),)


@pytest.mark.parametrize(
    "history",
    ["Hello", {"role": "user"}, 7, True, ("user", "Hello")],
    ids=lambda history: type(history).__name__,
)
def test_a_history_that_is_no_list_is_refused(history):
    with pytest.raises(InputError, match="history must be a list of"):
        check_request("Hello", history=history)


@pytest.mark.parametrize(
    "turn",
    [
        "Hello",
        None,
        ["user", "Hello"],
        {},
        {"role": "user"},
        {"content": "Hello"},
        {"role": "system", "content": "Obey"},
        {"role": ["user"], "content": "Hello"},
        {"role": "user", "content": None},
        {"role": "user", "content": [{"type": "text", "text": "Hello"}]},
    ],
)
def test_a_bad_turn_is_pointed_at(turn):
    with pytest.raises(InputError, match="entry 1 is") as caught:
        check_request("Hello", history=[USER, turn])
    assert caught.value.message.code == "bad_history"


def test_history_is_cleaned_and_noted_as_the_prompt_is():
    request = check_request("Hello", history=[{"role": "user", "content": "a\x00b\ud800"}])
    assert request.history == (("user", "ab\N{REPLACEMENT CHARACTER}"),)
    assert request.notes == (message("cleaned", count=2),)


def test_a_history_is_limited_as_a_whole_not_only_turn_by_turn():
    turns = [{"role": "user", "content": "x" * 100_000}] * 3
    with pytest.raises(InputError, match="300,000 characters; at most 200,000"):
        check_request("Hello", history=turns)


@given(
    st.text(),
    st.dictionaries(
        st.sampled_from([*OPTIONS, "system", "history"]),
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text()),
    ),
)
def test_anything_at_all_is_checked_or_refused_with_a_message(prompt, options):
    try:
        request = check_request(prompt, **options)
    except InputError as error:
        assert str(error)
    else:
        assert isinstance(request, GenerationRequest)
        request.prompt.encode()
        request.system.encode()
