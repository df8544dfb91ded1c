"""Many samples of one prompt grow into a tree, and stopped keep what there is."""

from dataclasses import replace

import pytest

from backend.errors import InputError
from backend.generation.request import check_request
from backend.generation.results import Samples
from backend.models.token_text import BROKEN
from tests.backend.fakes import results
from tests.backend.generation.conftest import ASK


def test_samples_grow_into_a_tree_with_greedy_and_beams_beside_it(tiny_generation, tiny_lm):
    request = check_request("The fox", **{**ASK, "draws": 8, "temperature": 0.7})
    *growing, last = results(tiny_generation.sample_many(request, "ann"))
    assert all(update.card is None for update in growing)
    assert len(last.tree.rows) == last.rows == 8 and len(last.beams) == 5
    assert last.card.figures["answer_tokens"] == sum(
        1 for row in last.tree.rows for _ in tokens_of(last.tree, row)
    )
    greedy = replace(request, strategy="greedy")
    *_, written = results(tiny_generation.generate(greedy, "ann"))
    assert last.greedy.text.rstrip(BROKEN) == written.text.rstrip(BROKEN)  # a character cut short
    assert last.greedy.logprob == pytest.approx(sum(one.choice.logprob for one in written.tokens))
    assert all(beam.logprob < 0 for beam in last.beams)


def tokens_of(branch, row):
    """The tokens of one row of a tree."""
    yield from branch.ids
    for one in branch.branches:
        if row in one.rows:
            yield from tokens_of(one, row)


def test_no_samples_of_a_prompt_that_leaves_no_room(tiny_generation):
    with pytest.raises(InputError):
        results(tiny_generation.sample_many(check_request("fox " * 5000, **ASK), "ann"))


def test_stopped_samples_keep_what_there_is(tiny_generation):
    request = check_request("The fox", **{**ASK, "draws": 8, "max_new_tokens": 30})
    updates = tiny_generation.sample_many(request, "ann")
    grown = next(update for update in updates if isinstance(update, Samples))
    assert grown.card is None
    tiny_generation.backend.cancel("ann")
    *_, last = updates
    assert last.finished == "stopped" and last.card.figures["answer_tokens"] >= 8
    assert last.greedy is None
