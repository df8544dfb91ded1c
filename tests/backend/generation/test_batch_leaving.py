"""Whoever leaves a batch, or whose step fails, changes no other answer."""

from __future__ import annotations

import logging

import pytest
import torch

from backend.errors import Cancelled
from backend.generation import batch as module
from backend.generation import lane as lanes
from backend.generation.batch import Seat, batch_of
from backend.generation.decoding import PREFILL_CHUNK, decode
from backend.jobs import Job
from tests.backend.fakes import PATIENCE
from tests.backend.generation.room import Room, alone, ask, ids_of, prompt

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
