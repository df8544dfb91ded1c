"""Text that always decodes, and why the answer ended."""

import copy
import json
import time
from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.errors import Cancelled, DeadlineExceeded
from backend.generation import answer as module
from backend.generation.answer import answer
from backend.generation.decoding import DecodedToken
from backend.generation.request import GenerationRequest, check_request
from backend.jobs import Job
from tests.backend.fakes import PATIENCE, generated

BROKEN = "\N{REPLACEMENT CHARACTER}"


@pytest.fixture(scope="module")
def scripted():
    """Answers that consist of given token ids, and of an exception if one is given."""

    def texts(lm, ids, error=None, request=None):
        def decode(*_):
            nothing = torch.zeros(len(lm.tokenizer))
            for one in ids:
                yield None if one is None else DecodedToken(one, nothing, nothing, None)
            if error:
                raise error

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "decode", decode)
            request = request or GenerationRequest("Hello", max_new_tokens=len(ids))
            for growing in answer(lm, request, Job(PATIENCE), time.monotonic()):
                yield growing.text, growing

    return texts


def steps(scripted, lm, text):
    ids = lm.tokenizer(text)["input_ids"]
    return [text for text, _ in scripted(lm, ids)]


def last(scripted, *args, **options):
    *_, (_, finished) = scripted(*args, **options)
    return finished


# --- Text ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Hello there",
        "彩虹是怎么形成的？",
        "🌈",
        "a 👩‍👩‍👧‍👦 family",
        "naïve café e\u0301",
        "مرحبا",
        "\n\n\tx ",
    ],
)
def test_text_grows_to_the_whole_without_a_broken_character(scripted, tiny_lm, text):
    grown = steps(scripted, tiny_lm, text)
    assert grown[-1] == text
    assert not [step for step in grown if BROKEN in step]
    assert all(text.startswith(step) for step in grown)


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_characters="<|>" + BROKEN), max_size=30))
def test_any_text_grows_to_the_whole_without_a_broken_character(scripted, tiny_lm, text):
    grown = steps(scripted, tiny_lm, text)
    assert grown[-1] == text
    assert all(text.startswith(step) for step in grown)


def test_a_character_shows_when_its_last_token_is_there(scripted, tiny_lm):
    assert steps(scripted, tiny_lm, "a🌈") == ["a", "a", "a", "a", "a🌈", "a🌈"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 291), max_size=40))
def test_tokens_that_make_no_text_do_no_harm(scripted, tiny_lm, ids):
    """A small or hot model may well put half a character beside another half."""
    grown = [text for text, _ in scripted(tiny_lm, ids)]
    assert all(later.startswith(sooner) for sooner, later in pairwise(grown))
    whole = tiny_lm.tokenizer.decode(ids, skip_special_tokens=True)
    assert whole.rstrip(BROKEN).startswith(grown[-1].rstrip(BROKEN))


def test_special_tokens_are_not_shown(scripted, tiny_lm):
    ids = tiny_lm.tokenizer("<|im_start|>Hi<|im_end|>")["input_ids"]
    assert last(scripted, tiny_lm, ids).text == "Hi"


# --- Why it ended -------------------------------------------------------------------------------


def test_an_answer_that_the_model_ended_says_so(scripted, tiny_lm):
    ids = [*tiny_lm.tokenizer("Hi")["input_ids"], tiny_lm.tokenizer.eos_token_id]
    assert last(scripted, tiny_lm, ids).finished == "end"


def test_an_answer_that_used_up_its_tokens_says_so(scripted, tiny_lm):
    assert last(scripted, tiny_lm, tiny_lm.tokenizer("Hi")["input_ids"]).finished == "length"


@pytest.mark.parametrize(
    ("error", "finished"), [(Cancelled(), "stopped"), (DeadlineExceeded(), "deadline")]
)
def test_an_answer_cut_short_keeps_what_is_there(scripted, tiny_lm, error, finished):
    ids = tiny_lm.tokenizer("Half an answer")["input_ids"]
    answer = last(scripted, tiny_lm, ids, error)
    assert (answer.text, answer.token_count, answer.finished) == (
        "Half an answer",
        len(ids),
        finished,
    )


@pytest.mark.parametrize("end", [Cancelled, DeadlineExceeded])
def test_an_end_before_the_first_token_is_no_answer(scripted, tiny_lm, end):
    with pytest.raises(end):
        last(scripted, tiny_lm, [], end())


def test_any_other_error_goes_on_up(scripted, tiny_lm):
    with pytest.raises(MemoryError):
        last(scripted, tiny_lm, [5], MemoryError())


def test_only_the_last_step_is_finished(scripted, tiny_lm):
    seen = [growing.finished for _, growing in _copies(scripted(tiny_lm, [5, 6, 7]))]
    assert seen == [None, None, None, "length"]


def _copies(steps):
    """The answer is one object that grows: look at each step before the next one."""
    return [(text, copy.copy(growing)) for text, growing in steps]


# --- Figures ------------------------------------------------------------------------------------


def test_the_figures_count_prompt_and_answer(scripted, tiny_lm):
    figures = last(scripted, tiny_lm, [5, 6, 7]).figures()
    assert figures["answer_tokens"] == 3
    chat = [{"role": "user", "content": "Hello"}]
    prompt = tiny_lm.tokenizer.apply_chat_template(
        chat, add_generation_prompt=True, return_dict=False
    )
    assert figures["prompt_tokens"] == len(prompt)
    assert figures["seed"] == 0
    assert json.loads(json.dumps(figures)) == figures


def test_one_token_has_a_time_but_no_pace(scripted, tiny_lm):
    figures = last(scripted, tiny_lm, [5]).figures()
    assert figures["first_token_seconds"] >= 0
    assert "tokens_per_second" not in figures


def test_the_pace_is_that_of_the_tokens_after_the_first(tiny_lm):
    growing = module.Answer(prompt_tokens=1, seed=0, notes=(), token_count=11, decode_seconds=2.0)
    assert growing.figures()["tokens_per_second"] == 5.0


def test_notes_on_the_input_and_on_the_prompt_are_both_kept(scripted, tiny_lm):
    request = check_request("a\x00" + "b" * 5000, overflow="keep_end", max_new_tokens=8)
    notes = last(scripted, tiny_lm, [5], request=request).notes
    assert [note.code for note in notes] == ["cleaned", "kept_end"]


def test_a_real_answer_is_what_generate_gives_decoded(tiny_lm):
    request = GenerationRequest("Hello", strategy="greedy", max_new_tokens=20)
    *_, finished = answer(tiny_lm, request, Job(PATIENCE), time.monotonic())
    chat = [{"role": "user", "content": "Hello"}]
    ids = tiny_lm.tokenizer.apply_chat_template(chat, add_generation_prompt=True, return_dict=False)
    expected = generated(tiny_lm, ids, request)
    assert finished.token_count == len(expected)
    whole = tiny_lm.tokenizer.decode(expected, skip_special_tokens=True)
    assert whole.rstrip(BROKEN) == finished.text.rstrip(BROKEN)
