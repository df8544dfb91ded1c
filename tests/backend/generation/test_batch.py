"""Answers written together are those of runs alone, whoever joins, leaves or fails meanwhile."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest
import torch

from backend.errors import Cancelled
from backend.generation import batch as module
from backend.generation import lane as lanes
from backend.generation.batch import Seat, batch_of
from backend.generation.continuation import DecodedToken
from backend.generation.decoding import PREFILL_CHUNK, decode
from backend.generation.request import GenerationRequest
from backend.generation.token_choice import token_choice
from backend.jobs import Job
from backend.models.llama.reader import LlamaReader
from backend.together import Waits
from tests.backend.fakes import PATIENCE
from tests.backend.generation.test_decoding import SETTINGS

LENGTHS = (5, 31, 12, 59, 1, 40)


@pytest.fixture(params=["torch", "openvino"])
def lm(request, tiny_lm, tiny_packed):
    """The same tiny Llama in either library; no token ends an answer."""
    endless = replace(tiny_lm, stop_ids=frozenset())
    if request.param == "torch":
        return endless
    return replace(endless, model=tiny_packed.network, make_reader=LlamaReader)


def prompt(number, length=None):
    """Token ids, others for each number."""
    made = torch.Generator().manual_seed(number)
    count = length or LENGTHS[number % len(LENGTHS)]
    return torch.randint(3, 280, (count,), generator=made).tolist()


def ask(number=0, **options):
    return GenerationRequest("", **{"max_new_tokens": 12, "seed": 100 + number, **options})


def alone(lm, ids, request):
    return [token for token in decode(lm, ids, request, Job(PATIENCE)) if token is not None]


def ids_of(tokens):
    return [token.id for token in tokens]


class Room:
    """Drives runs in rounds, as the device's thread does: each to where it waits, then one step of
    the batch, whether that fails or not."""

    def __init__(self, lm):
        self.lm, self.batch = lm, batch_of(lm)
        self.runs, self.tokens, self.errors, self.steps = {}, {}, {}, 0

    def enter(self, name, ids, request, job=None, reader=None, skip=0):
        seat = Seat(self.batch, reader)
        self.runs[name] = decode(self.lm, ids, request, job or Job(PATIENCE), seat, skip)
        self.tokens[name] = []
        return seat

    def leave(self, name):
        self.runs.pop(name).close()

    def round(self):
        if [name for name in list(self.runs) if self._drive(name)]:
            self.steps += 1
            self.batch.step()

    def to_the_end(self, events=None):
        """Rounds until all runs have ended. `events`: what to do before the n-th."""
        count, events = 0, dict(events or {})
        while self.runs or events:
            for act in events.pop(count, ()):
                act()
            self.round()
            count += 1
        return {name: ids_of(tokens) for name, tokens in self.tokens.items()}

    def _drive(self, name):
        """Whether the run waits now; it may have ended instead."""
        try:
            item = next(self.runs[name])
            while not isinstance(item, Waits):
                if isinstance(item, DecodedToken):
                    self.tokens[name].append(item)
                item = next(self.runs[name])
        except StopIteration:
            del self.runs[name]
            return False
        except Cancelled as error:
            self.errors[name] = error
            del self.runs[name]
            return False
        assert item.on is self.batch
        return True


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


# --- Leaving ------------------------------------------------------------------------------------


@pytest.mark.parametrize("rounds", [0, 1, 2, 3, 8])
def test_whoever_leaves_at_any_time_takes_nobody_along_and_leaves_nothing(lm, rounds):
    """Before the first step, while prompts are read, in mid-answer."""
    room = Room(lm)
    for n in range(4):
        room.enter(n, prompt(n, 60), ask(n))
    room.to_the_end({rounds: [lambda: room.leave(1), lambda: room.leave(3)]})
    for n in (0, 2):
        assert ids_of(room.tokens[n]) == ids_of(alone(lm, prompt(n, 60), ask(n)))
    assert not room.batch.lanes and not room.batch.waiting


def test_whoever_leaves_between_joining_and_the_first_reading_takes_nobody_along(lm, monkeypatch):
    """The prompt before theirs is read on meanwhile."""
    monkeypatch.setattr(module, "SHORT_PROMPT", 0)
    room = Room(lm)
    room.enter("long", prompt(9, 3 * PREFILL_CHUNK), ask(9))
    for _ in range(2):
        room.round()
    for n in (1, 3):  # of different lengths: one begins with padding
        room.enter(n, prompt(n), ask(n))
    room.round()
    assert [(len(lane.seats), lane.reader.length) for lane in room.batch.lanes][1:] == [(2, 0)]
    room.leave(1)
    got = room.to_the_end()
    assert got[3] == ids_of(alone(lm, prompt(3), ask(3)))
    assert got["long"] == ids_of(alone(lm, prompt(9, 3 * PREFILL_CHUNK), ask(9)))
    assert not room.batch.is_broken


def test_stop_ends_the_run_that_it_is_meant_for(lm):
    room, job = Room(lm), Job(PATIENCE)
    room.enter("stopped", prompt(0), ask(0), job)
    room.enter("other", prompt(1), ask(1))
    got = room.to_the_end({5: [job.cancel]})
    assert isinstance(room.errors["stopped"], Cancelled)
    assert got["stopped"] == ids_of(alone(lm, prompt(0), ask(0)))[: len(got["stopped"])]
    assert got["other"] == ids_of(alone(lm, prompt(1), ask(1)))


def test_the_last_one_to_leave_takes_the_cache_along(lm):
    room = Room(lm)
    one, other = (room.enter(n, prompt(n), ask(n, max_new_tokens=4 + 4 * n)) for n in (0, 1))
    got = room.to_the_end()
    assert not one.snapshot().parts
    cache, twin = other.snapshot(), lm.reader()
    text = [*prompt(1), *got[1]]
    assert cache.length == len(text) - 1
    twin.restore(cache, cache.length)
    alike = lm.reader().read(torch.tensor([text]))
    torch.testing.assert_close(twin.read(torch.tensor([text[-1:]])), alike, atol=1e-4, rtol=1e-4)


# --- Failing ------------------------------------------------------------------------------------


@pytest.mark.parametrize("bad", [1, 2, 5])
def test_if_a_step_fails_each_goes_on_alone_with_the_same_tokens(lm, monkeypatch, caplog, bad):
    steps, really = [], lanes.Lane.step

    def step(lane):
        steps.append(lane)
        if len(steps) == bad:
            raise RuntimeError("the network is gone")
        return really(lane)

    monkeypatch.setattr(lanes.Lane, "step", step)
    room = Room(lm)
    for n in range(4):
        room.enter(n, prompt(n), ask(n))
    with caplog.at_level(logging.ERROR):
        got = room.to_the_end()
    assert got == {n: ids_of(alone(lm, prompt(n), ask(n))) for n in range(4)}
    assert len(caplog.records) == 1 and len(steps) == bad
    assert room.batch.is_broken and batch_of(lm) is not room.batch


def test_a_choice_that_fails_half_way_changes_no_draw(lm, monkeypatch):
    """Some rows had drawn already; alone they draw the same numbers."""
    calls, really = [], module.choose

    def choose(*args, **options):
        calls.append(really(*args, **options))
        if len(calls) == 3:
            raise RuntimeError("no memory")
        return calls[-1]

    monkeypatch.setattr(module, "choose", choose)
    room = Room(lm)
    for n in range(3):
        room.enter(n, prompt(n), ask(n, temperature=1.5))
    got = room.to_the_end()
    assert got == {n: ids_of(alone(lm, prompt(n), ask(n, temperature=1.5))) for n in range(3)}


def test_what_is_raised_in_a_run_for_another_reason_goes_on_up(lm):
    run = decode(lm, prompt(0), ask(0), Job(PATIENCE), Seat(batch_of(lm)))
    next(run)
    with pytest.raises(KeyError):
        run.throw(KeyError("not the batch's"))
    assert not batch_of(lm).waiting


# --- Room ---------------------------------------------------------------------------------------


def test_no_more_rows_than_fit_are_in_it_and_the_others_wait_for_room(lm, monkeypatch):
    monkeypatch.setattr(module, "MAX_ROWS", 3)
    room = Room(lm)
    for n in range(8):
        room.enter(n, prompt(n), ask(n))
    most, really = [], room.batch._step

    def step():
        really()
        most.append(sum(len(lane.seats) for lane in room.batch.lanes))

    monkeypatch.setattr(room.batch, "_step", step)
    assert room.to_the_end() == {n: ids_of(alone(lm, prompt(n), ask(n))) for n in range(8)}
    assert max(most) == 3


def test_no_more_tokens_than_fit_are_in_it(lm, monkeypatch):
    monkeypatch.setattr(module, "MAX_TOKENS", 200)
    room = Room(lm)
    for n in range(8):
        room.enter(n, prompt(n), ask(n))
    most, really = [], room.batch._step

    def step():
        really()
        most.append(room.batch._tokens())

    monkeypatch.setattr(room.batch, "_step", step)
    assert room.to_the_end() == {n: ids_of(alone(lm, prompt(n), ask(n))) for n in range(8)}
    assert 100 < max(most) <= 200


def test_a_text_that_is_larger_than_the_batch_is_written_when_nobody_is_there(lm, monkeypatch):
    monkeypatch.setattr(module, "MAX_TOKENS", 60)
    room = Room(lm)
    for n in range(4):
        room.enter(n, prompt(n), ask(n))  # the last takes 59 + 12
    assert room.to_the_end() == {n: ids_of(alone(lm, prompt(n), ask(n))) for n in range(4)}


def test_others_go_ahead_of_a_text_that_does_not_fit_but_not_for_ever(lm, monkeypatch):
    monkeypatch.setattr(module, "MAX_TOKENS", 60)
    monkeypatch.setattr(module, "MAX_PASSED", 5)
    room, order = Room(lm), []
    room.enter("first", prompt(0, 20), ask(0))
    room.enter("large", prompt(3, 45), ask(3))
    for n in range(30):
        room.enter(n, prompt(n, 4), ask(n, max_new_tokens=2))
    while room.runs:
        room.round()
        order += [name for name, tokens in room.tokens.items() if tokens and name not in order]
    assert 1 < order.index("large") < 20


def test_a_text_that_nobody_goes_ahead_of_holds_nobody_up_later(lm, monkeypatch):
    """It does not fit for many steps; who comes then still goes ahead, so many times."""
    monkeypatch.setattr(module, "MAX_TOKENS", 60)
    monkeypatch.setattr(module, "MAX_PASSED", 3)
    room = Room(lm)
    room.enter("first", prompt(0, 4), ask(0, max_new_tokens=30))
    room.round()
    large = room.enter("large", prompt(3, 45), ask(3))
    for _ in range(8):
        room.round()
    assert large.passed == 0
    order, count = [], 12
    for n in range(count):
        room.enter(n, prompt(n, 4), ask(n, max_new_tokens=2))
    while room.runs:
        room.round()
        order += [name for name, tokens in room.tokens.items() if tokens and name not in order]
    assert module.MAX_PASSED < order.index("large") < count
    assert ids_of(room.tokens["large"]) == ids_of(alone(lm, prompt(3, 45), ask(3)))


def test_a_long_prompt_neither_pads_the_short_ones_nor_holds_them_up(lm):
    room = Room(lm)
    room.enter("long", prompt(0, 1500), ask(0))
    room.round()
    for n in range(1, 16):
        room.enter(n, prompt(n), ask(n))
    first, widths = {}, []
    while room.runs:
        room.round()
        for name, tokens in room.tokens.items():
            if tokens:
                first.setdefault(name, room.steps)
        widths += [lane.reader.length for lane in room.batch.lanes if not lane.is_reading]
    assert max(first[n] for n in range(1, 16)) < first["long"]
    assert {width for width in widths if width > 100} and min(widths) < 100
    assert ids_of(room.tokens["long"]) == ids_of(alone(lm, prompt(0, 1500), ask(0)))
    for n in range(1, 16):
        assert ids_of(room.tokens[n]) == ids_of(alone(lm, prompt(n), ask(n)))


def test_no_step_reads_more_of_prompts_than_a_run_alone_does_at_once(lm, monkeypatch):
    read, really = [], lanes.Lane._next_ids

    def next_ids(lane):
        ids = really(lane)
        read.append(ids.numel())
        return ids

    monkeypatch.setattr(lanes.Lane, "_next_ids", next_ids)
    room = Room(lm)
    for n in range(12):
        room.enter(n, prompt(n, 50 + n), ask(n, max_new_tokens=1))
    room.to_the_end()
    assert PREFILL_CHUNK - 12 < max(read) <= PREFILL_CHUNK


def test_while_a_prompt_is_read_whoever_listens_hears_of_it(lm):
    batch = batch_of(lm)
    run = decode(lm, prompt(0, 3 * PREFILL_CHUNK), ask(0), Job(PATIENCE), Seat(batch))
    said = []
    for _ in range(2):
        assert isinstance(next(run), Waits)
        batch.step()
        said.append(next(run))
    assert said == [None, None]


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
