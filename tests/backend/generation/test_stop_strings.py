"""An answer ends before the first of its stop strings."""

import pytest

from backend.errors import InputError
from backend.generation.request import check_request
from tests.backend.fakes import results


@pytest.fixture
def stopped(tiny_generation, tiny_lm):
    """The answer " jumps over the dog" (its tokens are given), with stop strings."""
    begin = tiny_lm.tokenizer(" jumps over the dog")["input_ids"]

    def last(*stops):
        request = check_request("x", max_new_tokens=len(begin), begin=begin, stop=list(stops))
        *_, update = results(tiny_generation.generate(request, "ann"))
        return update

    return last


def test_an_answer_ends_before_a_stop_string(stopped):
    update = stopped("the", "over")
    assert (update.text, update.finished) == (" jumps ", "stop")


def test_a_stop_string_that_is_a_part_of_a_token_cuts_inside_it(stopped):
    update = stopped("mp")
    assert update.text == " ju"
    assert "".join(one.text for one in update.tokens) == " ju"


def test_a_stop_string_at_once_leaves_nothing(stopped):
    update = stopped(" ")
    assert (update.text, list(update.tokens), update.finished) == ("", [], "stop")


def test_a_stop_string_that_never_comes_changes_nothing(stopped):
    update = stopped("never this")
    assert (update.text, update.finished) == (" jumps over the dog", "length")


@pytest.mark.parametrize("stop", [["x"] * 9, ["x" * 201], 5, {"a": 1}])
def test_stop_strings_that_cannot_be_are_refused(stop):
    with pytest.raises(InputError):
        check_request("Hello", stop=stop)


def test_stop_strings_come_from_lines_too_and_know_new_lines():
    assert check_request("Hello", stop="END\n\\n\\n\n").stop == ("END", "\n\n")
