"""Backend.generate: an answer as it streams, its card, what it refuses, how it ends."""

import threading
from dataclasses import replace

import pytest

from backend.errors import Cancelled, DeadlineExceeded, InputError
from backend.generation.batch import Batch, batch_of
from backend.generation.request import GenerationRequest
from backend.generation.results import Generated
from backend.generation.service import Generation
from backend.schedule import Jobs
from tests.backend.fakes import (
    CPU,
    PATIENCE,
    Clock,
    Watched,
    assert_nothing_is_left,
    begun,
    codes,
    hold,
    in_threads,
    make_backend,
    results,
    spec,
)


def asked(**changed):
    return GenerationRequest("Hello", **{"max_new_tokens": 8, "seed": 7, **changed})


def texts(updates):
    return [update.text for update in updates if isinstance(update, Generated)]


def test_an_answer_streams_and_ends_with_its_card(tiny_generation):
    updates = list(tiny_generation.generate(asked(), "ann"))
    assert "reading" in codes(updates)
    answers = results(updates)
    assert [answer.card for answer in answers[:-1]] == [None] * (len(answers) - 1)
    assert answers[-1].finished in {"end", "length"}
    card = answers[-1].card.as_json()
    assert card["seed"] == 7
    assert card["answer_tokens"] == len(answers) - 1
    assert card["seconds"] >= card["first_token_seconds"] > 0
    assert card["fell_back"] == []


def test_the_same_request_gives_the_same_answer_to_every_visitor_at_once(tiny_generation):
    def ask(index):
        return texts(tiny_generation.generate(asked(), f"visitor {index}"))[-1]

    assert len(set(in_threads(4, ask))) == 1


def test_answers_go_on_when_a_step_of_their_batch_fails(tiny_lm, monkeypatch, caplog):
    lm = replace(tiny_lm, stop_ids=frozenset())
    backend = make_backend(lambda *_: lm, (spec("small"),))

    def answer(seed):
        request = asked(max_new_tokens=20, seed=seed)
        *_, last = results(Generation(backend).generate(request, f"visitor {seed}"))
        return last.finished, [token.choice.id for token in last.tokens]

    alone = [answer(seed) for seed in range(3)]
    steps, really = [], Batch._step

    def step(batch):
        while backend.jobs.running() < 3 and not steps:
            threading.Event().wait(0.005)  # until all three are here
        steps.append(batch)
        if len(steps) == 6:
            raise RuntimeError("the network is gone")
        really(batch)

    monkeypatch.setattr(Batch, "_step", step)
    assert in_threads(3, answer) == alone
    assert len(steps) == 6 and batch_of(lm) is not steps[-1]
    assert "each goes on alone" in caplog.text
    assert_nothing_is_left(backend)


def test_a_prompt_too_long_is_told_after_loading_and_frees_the_slot(tiny_generation):
    request = replace(asked(), prompt="x" * 100_000)
    with pytest.raises(InputError, match="The prompt has"):
        list(tiny_generation.generate(request, "ann"))
    assert_nothing_is_left(tiny_generation.backend)


def answering_until(tiny_lm, passes, then):
    """A backend whose model calls `then` before the given pass, and never ends by itself."""
    reached = threading.Event()

    def before(number):
        if number == passes:
            reached.set()
            then()

    lm = replace(tiny_lm, model=Watched(tiny_lm.model, before), stop_ids=frozenset())
    backend = make_backend(lambda *_: lm, (spec("small"),))
    return backend, lm.model, reached


def test_stop_in_mid_answer_ends_it_within_one_token_and_keeps_the_text(tiny_lm):
    """Stop comes while the network computes its fifth pass, as it does in life."""
    cancelled = threading.Event()
    backend, network, reached = answering_until(tiny_lm, 5, lambda: cancelled.wait(PATIENCE))
    answers = []
    request = asked(max_new_tokens=1000)
    reader = threading.Thread(
        target=lambda: answers.extend(results(Generation(backend).generate(request, "ann"))),
        daemon=True,
    )
    reader.start()
    assert reached.wait(PATIENCE)
    assert backend.cancel("ann") == 1
    cancelled.set()
    reader.join(PATIENCE)
    assert not reader.is_alive()
    assert network.passes == 5
    assert answers[-1].finished == "stopped"
    assert answers[-1].card.figures["answer_tokens"] == 4
    assert_nothing_is_left(backend)


def test_a_page_closed_in_mid_answer_frees_the_slot_without_another_pass(tiny_lm):
    """It is closed while the network computes its third pass: a row does not wait for its page."""
    closed = threading.Event()
    backend, network, reached = answering_until(tiny_lm, 3, lambda: closed.wait(PATIENCE))
    updates = Generation(backend).generate(asked(max_new_tokens=1000), "ann")
    next(update for update in updates if isinstance(update, Generated))
    assert reached.wait(PATIENCE)
    updates.close()
    closed.set()
    assert_nothing_is_left(backend)
    assert network.passes == 3


def test_the_deadline_ends_an_answer_and_keeps_what_is_there(tiny_lm):
    lm = replace(tiny_lm, stop_ids=frozenset())
    backend = make_backend(lambda *_: lm, (spec("small"),), jobs=Jobs(deadline=0.2))
    *before, last = results(Generation(backend).generate(asked(max_new_tokens=1900), "ann"))
    assert last.finished == "deadline"
    assert last.text == (before[-1].text if before else "")
    assert last.card.figures["answer_tokens"] == len(before) < 1900
    assert_nothing_is_left(backend)


def test_waiting_for_others_does_not_use_up_the_deadline(tiny_lm, monkeypatch):
    clock = Clock()
    monkeypatch.setattr("backend.jobs.time", clock)
    monkeypatch.setattr("backend.schedule.time", clock)
    lm = replace(tiny_lm, stop_ids=frozenset())
    backend = make_backend(
        lambda *_: lm, (spec("small"),), jobs=Jobs(patience=10_000, deadline=100)
    )
    holder = hold(backend.jobs)
    updates = begun(Generation(backend).generate(asked(), "ann"))
    while codes([next(updates)]) != ["waiting"]:
        pass
    clock.now += 1000
    backend.jobs.leave_place(holder)
    assert results(updates)[-1].finished == "length"


def test_stop_while_a_long_prompt_is_read_ends_it_without_an_answer(tiny_lm):
    cancelled = threading.Event()
    backend, network, reached = answering_until(tiny_lm, 2, lambda: cancelled.wait(PATIENCE))
    updates = Generation(backend).generate(replace(asked(), prompt="x" * 1500), "ann")
    for _ in range(2):  # at its start, and after the first piece
        while codes([next(updates)]) != ["reading"]:
            pass
    assert reached.wait(PATIENCE)
    backend.cancel("ann")
    cancelled.set()
    with pytest.raises(Cancelled):
        results(updates)
    assert network.passes == 2
    assert_nothing_is_left(backend)


def test_a_prompt_that_takes_longer_than_the_deadline_ends_without_an_answer(tiny_lm, monkeypatch):
    clock = Clock()
    monkeypatch.setattr("backend.jobs.time", clock)
    monkeypatch.setattr("backend.schedule.time", clock)

    def pass_the_time():
        clock.now += 1000

    backend, network, _ = answering_until(tiny_lm, 2, pass_the_time)
    with pytest.raises(DeadlineExceeded):
        results(Generation(backend).generate(replace(asked(), prompt="x" * 1500), "ann"))
    assert network.passes == 2
    assert_nothing_is_left(backend)


def test_the_device_and_its_reason_are_on_the_card(tiny_generation):
    *_, last = tiny_generation.generate(asked(max_new_tokens=1), "ann")
    assert last.card.device == CPU
    assert last.card.as_json()["device_reason"] == "no GPU was found"
