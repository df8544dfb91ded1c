"""Every bad value is named; what a model cannot do is noted."""

import math

import pytest

from backend.errors import InputError
from backend.options import MAX_SEED
from backend.text_to_image.request import check_request
from backend.text_to_image.resolve import Defaults, resolve
from tests.backend.text_to_image.recipes import DEFAULTS


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"prompt": ""}, "Say what to draw"),
        ({"prompt": " \n "}, "Say what to draw"),
        ({"prompt": 5}, "must be a text"),
        ({"prompt": "x" * 200_001}, "at most 200,000"),
        ({"steps": 0}, "steps must be from 1 to 50, not 0"),
        ({"steps": 1000}, "not 1000"),
        ({"steps": 2.5}, "whole number"),
        ({"guidance": -1}, "guidance must be from 0 to 20, not -1"),
        ({"guidance": math.nan}, "must be a number"),
        ({"guidance": math.inf}, "must be a number"),
        ({"size": 1}, "size must be from 64 to 1024"),
        ({"size": 7}, "not 7"),
        ({"size": 100}, "multiple of 64"),
        ({"size": 100_000}, "not 100000"),
        ({"seed": 2**64}, "seed must be from 0"),
        ({"seed": 10**30}, "seed must be from 0"),
        ({"seed": -1}, "not -1"),
        ({"count": 5}, "count must be from 1 to 4"),
        ({"style": "oil"}, "style must be one of"),
    ],
    ids=str,
)
def test_a_bad_value_is_named_with_what_would_be_right(given, said):
    values = {"prompt": "a heart", **given}
    with pytest.raises(InputError, match=said):
        check_request(values.pop("prompt"), **values)


def test_one_step_is_enough_and_a_seed_is_drawn_if_none_is_given():
    asked = check_request("a heart", steps=1)
    assert asked.steps == 1 and 0 <= asked.seed <= MAX_SEED
    assert check_request("a\n  heart \u0007").prompt == "a heart"


def test_what_is_left_open_is_the_models_default():
    resolved = resolve(check_request("a heart", seed=1), DEFAULTS)
    assert (resolved.steps, resolved.guidance, resolved.size) == (20, 3.0, 64)
    assert resolved.notes == ()


def test_what_a_model_cannot_do_is_noted():
    asked = check_request("红心", size=1024, guidance=9, negative="blue")
    limited = Defaults(4, 0.0, 64, max_size=64, supports_guidance=False)
    codes = [note.code for note in resolve(asked, limited).notes]
    assert codes == ["other_size", "no_guidance", "no_negative", "reads_only"]
    assert resolve(asked, DEFAULTS).negative == "blue"
    avoided = resolve(check_request("a heart", negative="синий"), DEFAULTS)
    assert [note.code for note in avoided.notes] == ["reads_only"]
