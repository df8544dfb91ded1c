"""Answers written together are those of runs alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from backend.generation.batch import batch_of
from backend.generation.decoding import PREFILL_CHUNK
from backend.generation.token_choice import token_choice
from tests.backend.generation.room import Room, alone, ask, ids_of, prompt
from tests.backend.generation.test_decoding import SETTINGS

# --- The same tokens as alone -------------------------------------------------------------------


@pytest.mark.parametrize("options", SETTINGS, ids=str)
def test_rows_of_equal_settings_are_those_of_runs_alone(lm, options):
    room, asked = Room(lm), {n: ask(n, **{"seed": n, **options}) for n in range(4)}
    for n, request in asked.items():
        room.enter(n, prompt(n), request)
    expected = {n: ids_of(alone(lm, prompt(n), request)) for n, request in asked.items()}
    assert room.to_the_end() == expected


def test_rows_of_all_settings_join_and_leave_and_are_those_of_runs_alone(lm):
    room = Room(lm)
    asked = {n: ask(n, max_new_tokens=6 + n, **one) for n, one in enumerate(SETTINGS[:-2])}

    def enter(n):
        return lambda: room.enter(n, prompt(n), asked[n])

    got = room.to_the_end(
        {
            0: [enter(n) for n in (0, 1, 2)],
            4: [enter(n) for n in range(3, 9)],
            9: [enter(n) for n in range(9, len(asked))],
            10: [lambda: room.leave(4)],
            15: [lambda: room.leave(10)],
        }
    )
    for n, request in asked.items():
        expected = ids_of(alone(lm, prompt(n), request))
        assert got[n] == (expected[: len(got[n])] if n in (4, 10) else expected), n
    assert 0 < len(got[4]) < 10 and 0 < len(got[10]) < 16


def test_a_row_alone_in_the_batch_has_bit_for_bit_the_numbers_of_a_run_alone(lm):
    ids, request, room = prompt(3, 2 * PREFILL_CHUNK + 7), ask(3), Room(lm)
    room.enter("only", ids, request)
    room.to_the_end()
    for got, wanted in zip(room.tokens["only"], alone(lm, ids, request), strict=True):
        assert (got.id, got.within) == (wanted.id, wanted.within)
        assert torch.equal(got.logits, wanted.logits)
        assert torch.equal(got.processed, wanted.processed)


def test_rows_with_a_beginning_in_common_are_those_of_runs_alone(lm, monkeypatch):
    beginning = prompt(3, 40)
    prompts = [[*beginning, *prompt(number)] for number in (0, 1, 2, 4)]
    room, read = Room(lm), []
    monkeypatch.setattr(room.batch, "_make_reader", lambda: counting(lm.reader(), read))
    room.enter(0, prompts[0], ask(0))
    events = {
        number: [lambda number=number: room.enter(number, prompts[number], ask(number))]
        for number in (1, 2)
    }
    room.enter(3, prompts[3], ask(3))
    got = room.to_the_end({5: events[1], 8: events[2]})
    for number, ids in enumerate(prompts):
        assert got[number] == ids_of(alone(lm, ids, ask(number))), number
    assert max(read) < len(beginning)  # what they have in common was read before, once


def counting(reader, columns):
    """The reader; how many columns it is given at a time is noted."""
    read = reader.read

    def noting(ids, *arguments, **options):
        columns.append(ids.shape[1])
        return read(ids, *arguments, **options)

    reader.read = noting
    return reader


def test_rows_that_end_by_themselves_leave_the_others_undisturbed(lm):
    free = ids_of(alone(lm, prompt(0), ask(0)))
    lm = replace(lm, stop_ids=frozenset(free[3:5]))
    room = Room(lm)
    for n in range(6):
        room.enter(n, prompt(n), ask(n))
    expected = {n: ids_of(alone(lm, prompt(n), ask(n))) for n in range(6)}
    assert room.to_the_end() == expected
    assert len({len(ids) for ids in expected.values()}) > 1


def test_tokens_that_the_request_begins_with_come_first(lm):
    begun = ids_of(alone(lm, prompt(1), ask(1)))[:4]
    room = Room(lm)
    room.enter(0, prompt(0), ask(0))
    room.enter(1, prompt(1), ask(1, begin=tuple(begun)))
    assert room.to_the_end()[1] == ids_of(alone(lm, prompt(1), ask(1)))


def test_an_answer_goes_on_from_a_cache_as_if_it_had_never_ended(lm):
    whole, room = ids_of(alone(lm, prompt(1), ask(1))), Room(lm)
    reader = lm.reader()
    reader.read(torch.tensor([[*prompt(1), *whole[:4]]]))
    kept = lm.reader()
    kept.restore(reader.snapshot(), len(prompt(1)) + 3)
    for n in (0, 2, 3):
        room.enter(n, prompt(n), ask(n))
    room.enter("on", [*prompt(1), *whole[:4]], ask(1, max_new_tokens=8), reader=kept, skip=4)
    assert room.to_the_end()["on"] == whole[4:]


def test_each_token_comes_with_its_alternatives(lm):
    room = Room(lm)
    for n in range(3):
        room.enter(n, prompt(n), ask(n, max_new_tokens=3))
    room.to_the_end()
    for n in range(3):
        for token in room.tokens[n]:
            assert token.choice == token_choice(token.id, token.logits, token.processed)


# --- The model's own ----------------------------------------------------------------------------


def test_a_model_has_one_batch_which_is_its_own(lm):
    assert batch_of(lm) is batch_of(lm)
    assert batch_of(replace(lm)) is not batch_of(lm)


def test_a_model_whose_cache_forgets_has_none(tiny_lm):
    from transformers import MistralConfig, MistralForCausalLM

    config = MistralConfig(
        vocab_size=300, hidden_size=16, intermediate_size=16, num_hidden_layers=1,
        num_attention_heads=2, num_key_value_heads=1, sliding_window=8,
    )  # fmt: skip
    assert batch_of(replace(tiny_lm, model=MistralForCausalLM(config))) is None
