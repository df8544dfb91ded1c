"""Visitors of one link: one computation, and each can inspect, continue and branch what is theirs.
Over a tiny real model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from backend import Backend
from backend.errors import InputError
from backend.generation.request import check_request
from backend.generation.service import Generation
from backend.models.language_model import LanguageModel
from backend.models.pool import Pool
from backend.saved_results import SavedResults
from tests.backend.fakes import CPU, Watched, in_threads, results, spec

LINK = {"mode": "completion", "max_new_tokens": 8, "seed": 3, "temperature": 1.5, "top_k": 0}


class Counted(Generation):
    """Text generation whose model counts what it computes."""

    network: Watched

    def ask(self, visitor: str, **changed: Any) -> Any:
        return results(self.generate(check_request("The fox", **LINK | changed), visitor))[-1]


@pytest.fixture
def service(tiny_lm: LanguageModel) -> Iterator[Counted]:
    network = Watched(tiny_lm.model)
    lm = replace(tiny_lm, model=network)
    backend = Backend(
        models=(spec("small"),),
        pool=Pool(load=lambda *_: lm, free=lambda _: 2**60),
        device_for=lambda _: CPU,
        has_gpu=lambda: False,
        saved=SavedResults(50_000_000),
    )
    made = Counted(backend)
    made.network = network
    yield made


def test_visitors_of_one_link_share_one_computation_and_each_has_a_key(service: Counted) -> None:
    updates = in_threads(8, lambda number: service.ask(f"visitor {number}"))
    assert service.network.passes == 8  # one for each token
    assert len({update.text for update in updates}) == 1
    assert len({update.key for update in updates}) == 8
    traces = [service.answer(update.key).trace_at(5) for update in updates]
    assert len({trace.token_id for trace in traces}) == 1


def test_who_comes_later_can_inspect_continue_and_branch_after_the_first_has_left(
    service: Counted,
) -> None:
    first = service.ask("ann")
    second = service.ask("bob")
    assert service.network.passes == 8 and second.card.age is not None
    service.backend.leave("ann")
    with pytest.raises(InputError):
        service.answer(first.key)
    kept = service.inspected(second.key, 3, "bob")
    assert kept.trace_at(3).token_id == kept.ids[3]
    assert service.network.passes == 8 + 1  # for the logits of the token that is looked at
    longer = results(service.continue_answer(second.key, "bob"))[-1]
    assert [one.choice.id for one in longer.tokens[:8]] == kept.ids
    assert service.network.passes == 9 + 8  # the first of them has read the text again
    other = next(one.id for one in kept.token_at(2).choice.alternatives if one.id != kept.ids[2])
    branched = results(service.branch(second.key, 2, other, "bob"))[-1]
    assert [one.choice.id for one in branched.tokens[:3]] == [*kept.ids[:2], other]
    assert branched.card.age is None


def test_a_branch_and_a_longer_answer_are_computed_each_time(service: Counted) -> None:
    ann, bob = service.ask("ann"), service.ask("bob")
    before = service.network.passes
    for update, visitor in ((ann, "ann"), (bob, "bob")):
        assert results(service.continue_answer(update.key, visitor))[-1].card.age is None
    assert service.network.passes == before + 16


@pytest.mark.parametrize(
    "changed",
    [
        {"seed": None},
        {"mode": "chat", "history": [{"role": "user", "content": "Hello"}]},
        {"begin": [5, 6]},
    ],
)
def test_drawn_seeds_chats_and_given_tokens_are_one_visitors_own(
    service: Counted, changed: dict[str, Any]
) -> None:
    for visitor in ("ann", "bob"):
        before = service.network.passes
        assert service.ask(visitor, **changed).card.age is None
        assert service.network.passes > before


@pytest.mark.parametrize("changed", [{"strategy": "greedy"}, {"temperature": 0}])
def test_without_a_draw_no_seed_is_needed(service: Counted, changed: dict[str, Any]) -> None:
    assert service.ask("ann", seed=None, **changed).card.age is None
    assert service.ask("bob", seed=None, **changed).card.age is not None


def test_a_comparison_is_of_speed_and_computes(service: Counted) -> None:
    request = check_request("The fox", **LINK)
    service.ask("ann")
    (*_, last) = results(service.compare(request, "bob"))  # the only model, by two settings
    assert [answer.card.age for answer in last.answers] == [None, None]
    assert service.network.passes == 8 + 2 * 8


def test_a_scored_text_is_computed_once_and_kept_for_each(service: Counted) -> None:
    ann = results(service.score_text("The quick brown fox", "ann"))[-1]
    before = service.network.passes
    bob = results(service.score_text("The quick brown fox", "bob"))[-1]
    assert service.network.passes == before and bob.card.age is not None
    assert bob.perplexity == ann.perplexity and bob.key != ann.key
    assert service.answer(bob.key).ids == service.answer(ann.key).ids


def test_samples_are_computed_once(service: Counted) -> None:
    request = check_request("The fox", **LINK, draws=4)
    ann = results(service.sample_many(request, "ann"))[-1]
    before = service.network.passes
    bob = results(service.sample_many(request, "bob"))[-1]
    assert service.network.passes == before and bob.card.age is not None
    assert bob.tree == ann.tree


def test_stop_of_one_of_two_leaves_them_an_answer_to_inspect(service: Counted) -> None:
    request = check_request("The fox", **LINK)
    ann, bob = (service.generate(request, name) for name in ("ann", "bob"))
    for updates in (ann, bob):
        assert next(update for update in updates if getattr(update, "text", "")).tokens
    service.backend.cancel("bob")
    last = results(bob)[-1]
    assert last.finished == "stopped" and last.card.figures["seed"] == 3
    assert service.answer(last.key).trace_at(0).token_id == last.tokens[0].choice.id
    whole = results(ann)[-1]
    assert whole.finished == "length" and whole.text.startswith(last.text)


def test_stop_of_one_of_two_leaves_them_the_scores_there_are(service: Counted) -> None:
    ann, bob = (service.score_text("The quick brown fox. " * 30, name) for name in ("ann", "bob"))
    for updates in (ann, bob):
        assert not next(update for update in updates if getattr(update, "tokens", ())).key
    service.backend.cancel("bob")
    part, whole = results(bob)[-1], results(ann)[-1]
    assert 0 < len(part.tokens) < len(whole.tokens)
    assert [note.code for note in part.card.notes] == ["score_cut"] and not whole.card.notes
    assert part.card.figures.keys() == whole.card.figures.keys()
    assert service.answer(part.key).ids == service.answer(whole.key).ids[: len(part.tokens)]


def test_stop_of_one_of_two_leaves_them_the_samples_there_are(service: Counted) -> None:
    request = check_request("The fox", **LINK, draws=4)
    ann, bob = (service.sample_many(request, name) for name in ("ann", "bob"))
    for updates in (ann, bob):
        next(update for update in updates if getattr(update, "tree", None))
    service.backend.cancel("bob")
    part, whole = results(bob)[-1], results(ann)[-1]
    assert part.finished == part.card.figures["finished"] == "stopped" and part.tree.rows
    assert whole.finished == "draws" and whole.card.notes == part.card.notes
    assert part.card.figures["answer_tokens"] < whole.card.figures["answer_tokens"]


def test_what_many_visitors_have_of_one_answer_counts_once(service: Counted) -> None:
    first = service.answers.get(service.ask("ann").key)
    later = [service.answers.get(service.ask(f"visitor {number}").key) for number in range(5)]
    assert first.nbytes > later[0].nbytes  # it has its logits, which a saved one has not
    assert service.answers._bytes() == first.nbytes + later[0].nbytes
