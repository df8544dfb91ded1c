"""Runs of real, tiny models on one device, a step of each in turn."""

from dataclasses import replace

import pytest

from backend.classification.service import Classification
from backend.errors import Cancelled, ModelError
from backend.generation.request import check_request
from backend.generation.results import Generated
from backend.generation.service import Generation
from backend.models.pool import Pool
from backend.together import Waits
from tests.backend.fakes import (
    CPU,
    Memory,
    assert_nothing_is_left,
    begun,
    make_backend,
    performed,
    results,
    spec,
)

ASKED = {"max_new_tokens": 24, "strategy": "greedy"}


@pytest.fixture
def backend(tiny_lm, tiny_expert):
    """One device with a language model that never ends by itself, and an expert."""
    models = {"writer": replace(tiny_lm, stop_ids=frozenset()), "expert": tiny_expert}
    rows = (spec("writer"), spec("expert", task="classification"))
    return make_backend(lambda row, _: models[row.id], rows, device_for=lambda _: CPU)


def first_token(updates):
    return next(update for update in updates if isinstance(update, Generated))


def test_a_classification_ends_between_two_steps_of_a_long_generation(backend):
    alone = results(Generation(backend).generate(check_request("Hello", **ASKED), "ann"))[-1]
    writing = Generation(backend).generate(check_request("Hello", **ASKED), "ben")
    assert first_token(writing).finished is None
    (classified,) = results(Classification(backend).classify("a fine day", "cid", "expert"))
    assert classified.card.served_beside == 1
    answer = list(writing)[-1]
    assert answer.text == alone.text
    assert answer.card.served_beside == 1
    assert alone.card.served_beside == 0
    assert_nothing_is_left(backend)


def test_two_answers_and_an_explanation_go_on_by_turns_and_are_those_of_single_runs(backend):
    generation, classification = Generation(backend), Classification(backend)
    requests = [check_request(text, **ASKED) for text in ("Hello", "The fox")]
    alone = [results(generation.generate(one, "ann"))[-1].text for one in requests]
    why_alone = results(classification.explain("good fox", "ann", "expert"))[-1].explanation
    streams = [generation.generate(one, f"v{at}") for at, one in enumerate(requests)]
    last = [first_token(stream) for stream in streams]
    why = results(classification.explain("good fox", "dan", "expert"))[-1].explanation
    for at, stream in enumerate(streams):
        last[at] = list(stream)[-1]
    assert [one.text for one in last] == alone
    assert why == why_alone


def test_an_update_that_its_consumer_still_holds_does_not_change_any_more(backend):
    writing = Generation(backend).generate(check_request("Hello", **ASKED), "ann")
    held = first_token(writing)
    text, tokens = held.text, len(held.tokens)
    list(writing)
    assert (held.text, len(held.tokens)) == (text, tokens)


class Slow:
    """A batch that never has room."""

    def step(self):
        pass


def test_a_model_with_waiting_rows_is_not_evicted():
    memory, batch = Memory(100), Slow()

    def wait(model, run):
        assert run.takes_turns
        yield model.id
        while True:
            run.job.check()
            yield Waits(batch)

    def name_it(model, run):
        yield model.id

    rows = (spec("a", "cpu"), spec("b", "cpu"))
    backend = make_backend(rows=rows, pool=Pool(memory.load, memory.free))
    waiting = begun(performed(backend, wait, "a", "ann", "row"))
    assert "a" in waiting
    with pytest.raises(ModelError, match="needs about 100 B of memory"):
        results(performed(backend, name_it, "b", "ben", "row"))
    assert memory.ids() == {"a"}
    backend.cancel("ann")
    with pytest.raises(Cancelled):
        next(waiting)
    assert results(performed(backend, name_it, "b", "ben")) == ["b"]
