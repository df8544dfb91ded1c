"""A batch has so much room: who waits for it, who goes ahead, and how long."""

from __future__ import annotations

from backend.generation import batch as module
from backend.generation import lane as lanes
from backend.generation.batch import Seat, batch_of
from backend.generation.decoding import PREFILL_CHUNK, decode
from backend.jobs import Job
from backend.together import Waits
from tests.backend.fakes import PATIENCE
from tests.backend.generation.room import Room, alone, ask, ids_of, prompt


def after_each_step(batch, monkeypatch, look):
    """Grows by what `look()` gives whenever the batch has taken a step."""
    seen, really = [], batch._step

    def step():
        really()
        seen.append(look())

    monkeypatch.setattr(batch, "_step", step)
    return seen


def test_no_more_rows_than_fit_are_in_it_and_the_others_wait_for_room(lm, monkeypatch):
    monkeypatch.setattr(module, "MAX_ROWS", 3)
    room = Room(lm)
    for n in range(8):
        room.enter(n, prompt(n), ask(n))
    most = after_each_step(
        room.batch, monkeypatch, lambda: sum(len(lane.seats) for lane in room.batch.lanes)
    )
    assert room.to_the_end() == {n: ids_of(alone(lm, prompt(n), ask(n))) for n in range(8)}
    assert max(most) == 3


def test_no_more_tokens_than_fit_are_in_it(lm, monkeypatch):
    monkeypatch.setattr(module, "MAX_TOKENS", 200)
    room = Room(lm)
    for n in range(8):
        room.enter(n, prompt(n), ask(n))
    most = after_each_step(room.batch, monkeypatch, room.batch._tokens)
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
