"""Every sentence the backend can say."""

from string import Formatter

import pytest

from backend.errors import InputError, ShowTellError
from backend.messages import TEXTS, Message, message


def placeholders(text):
    return [(name, form) for _, name, form, _ in Formatter().parse(text) if name is not None]


def test_a_message_reads_as_its_text_with_the_values_filled_in():
    assert str(message("too_many_characters", count=200_001, limit=200_000)) == (
        "The text has 200,001 characters; at most 200,000 are read."
    )


def test_an_unknown_code_is_an_error_where_it_is_made():
    with pytest.raises(KeyError, match="no_such_code"):
        message("no_such_code")


@pytest.mark.parametrize("code", TEXTS)
def test_every_text_can_be_filled_in(code):
    values = {name: 7 if form else "word" for name, form in placeholders(TEXTS[code])}
    said = str(message(code, **values))
    assert said.strip()
    assert not placeholders(said.replace("{'role'", "").replace("text}", ""))


def test_a_message_may_quote_another_one():
    inner = message("hub_incomplete")
    assert str(message("fell_load", model="Tiny", cause=inner)) == (
        "Tiny could not be loaded: its download is incomplete"
    )


def test_a_message_may_list_others_as_sentences():
    reasons = (message("fell_memory", model="Big"), message("device_missing"))
    assert str(message("no_model_left", reasons=reasons)) == (
        "No model could answer. Big ran out of memory. no GPU was found on this machine."
    )


def test_braces_in_a_value_are_shown_as_they_are():
    assert "{count}" in str(message("not_a_text", name="prompt", value="{count}"))


def test_messages_with_the_same_code_and_values_are_equal():
    assert message("waiting") == Message("waiting")
    assert message("loading", model="a") != message("loading", model="b")


def test_an_error_carries_its_message_and_reads_like_it():
    error = InputError("empty_prompt")
    assert isinstance(error, ShowTellError)
    assert error.message == message("empty_prompt")
    assert str(error) == TEXTS["empty_prompt"]
