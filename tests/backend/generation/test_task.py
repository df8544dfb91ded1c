"""Answers kept for a look inside, branches, texts that were read."""

from dataclasses import replace

import pytest

from backend.errors import InputError
from backend.generation.answer import KEPT
from backend.generation.request import LONGEST, check_request
from backend.generation.results import Fanned, Generated, Read
from backend.models.reader import TorchReader
from backend.models.token_text import BROKEN, token_text
from tests.backend.fakes import results

ASK = {"mode": "completion", "max_new_tokens": 12, "seed": 3, "temperature": 1.5, "top_k": 0}


@pytest.fixture
def taken(tiny_generation):
    """An answer's last update, and what is kept of it."""
    *_, update = results(tiny_generation.generate(check_request("The fox", **ASK), "ann"))
    return update, tiny_generation.answers.get(update.key)


def test_the_finished_answer_can_be_looked_into(taken):
    update, kept = taken
    assert isinstance(update, Generated)
    assert [one.choice.id for one in update.written] == kept.ids
    for place, one in enumerate(update.written):
        seen = kept.steps_at(place)
        assert seen.token_id == one.choice.id
        chosen = seen.followed.index(seen.token_id)
        assert seen.stages[0].probabilities[chosen] == pytest.approx(one.choice.before, abs=1e-6)
        assert seen.stages[-1].probabilities[chosen] == pytest.approx(one.choice.after, abs=1e-6)


@pytest.mark.parametrize("place", [-1, 12, "0", None, 1.0])
def test_a_place_outside_the_answer_is_refused(taken, place):
    with pytest.raises(InputError, match="no token"):
        taken[1].steps_at(place)


def test_a_new_answer_takes_the_last_ones_place_and_leaving_forgets_it(tiny_generation, taken):
    update, _ = taken
    *_, newer = results(tiny_generation.generate(check_request("A dog", **ASK), "ann"))
    with pytest.raises(InputError):
        tiny_generation.answers.get(update.key)
    tiny_generation.backend.leave("ann")
    with pytest.raises(InputError):
        tiny_generation.answers.get(newer.key)


def test_a_branch_goes_on_as_if_its_text_had_been_typed(tiny_generation, tiny_lm, taken):
    """Greedy, so that the seed's draws do not stand at other places."""
    _, kept = taken
    beside = kept.at(3).choice.alternatives
    other = next(one.id for one in beside if one.id not in (kept.ids[3], *tiny_lm.stop_ids))
    request = replace(kept.branch(3, other), strategy="greedy", repetition_penalty=1.0)
    *_, branched = results(tiny_generation.generate(request, "ann"))
    ids = tiny_generation.answers.get(branched.key).ids
    assert ids[:4] == [*kept.ids[:3], other]
    import torch

    typed = torch.tensor([[*kept.before, *ids[:4]]])
    length = len(ids) - 4
    wanted = tiny_lm.model.generate(typed, do_sample=False, max_new_tokens=length)
    assert ids[4:] == wanted[0, typed.shape[1] :].tolist()


def test_a_branch_has_room_to_go_on_and_says_what_it_is(taken):
    request = taken[1].branch(11, 5)
    assert request.max_new_tokens > 12 + 40
    assert [note.code for note in request.notes] == ["branched"]


def test_what_an_answer_begins_with_is_bounded():
    with pytest.raises(InputError, match="at most 2,048"):
        check_request("x", begin=[1] * (LONGEST + 1))


def test_a_branch_from_a_token_that_is_not_there_is_refused(taken):
    with pytest.raises(InputError, match="no token"):
        taken[1].branch(99, 5)


def test_a_token_the_model_does_not_know_is_refused(tiny_generation):
    request = check_request("The fox", **ASK, begin=[10_000_000])
    with pytest.raises(InputError, match="no token 10,000,000"):
        list(tiny_generation.generate(request, "ann"))


def test_of_a_long_answer_the_first_choices_are_kept(tiny_generation):
    request = check_request("The fox", max_new_tokens=KEPT + 5, begin=[5] * (KEPT + 5))
    *_, update = results(tiny_generation.generate(request, "ann"))
    kept = tiny_generation.answers.get(update.key)
    assert kept.steps_at(KEPT - 1).token_id == 5
    with pytest.raises(InputError, match="the first 300 choices"):
        kept.steps_at(KEPT)


def test_a_text_that_was_read_is_kept_without_steps(tiny_generation):
    *_, update = results(tiny_generation.read("The quick brown fox", "ann"))
    assert isinstance(update, Read)
    assert update.first + "".join(one.text for one in update.written) == "The quick brown fox"
    assert update.card.as_json()["perplexity"] == pytest.approx(update.perplexity, abs=0.01)
    kept = tiny_generation.answers.get(update.key)
    assert kept.at(0).choice.rank >= 1
    with pytest.raises(InputError):
        kept.steps_at(0)
    with pytest.raises(InputError):
        kept.branch(0, 5)


# --- Stop strings -------------------------------------------------------------------------------


@pytest.fixture
def stopped(tiny_generation, tiny_lm):
    """The answer " jumps over the dog" (its tokens are given), with stop strings."""
    begin = tiny_lm.tokenizer(" jumps over the dog")["input_ids"]

    def last(*stops):
        request = check_request("x", max_new_tokens=len(begin), begin=begin, stop=list(stops))
        *_, update = results(tiny_generation.generate(request, "ann"))
        return update

    return last


def test_an_answer_ends_before_a_stop_string(stopped):
    update = stopped("the", "over")
    assert (update.text, update.finished) == (" jumps ", "stop")


def test_a_stop_string_that_is_a_part_of_a_token_cuts_inside_it(stopped):
    update = stopped("mp")
    assert update.text == " ju"
    assert "".join(one.text for one in update.written) == " ju"


def test_a_stop_string_at_once_leaves_nothing(stopped):
    update = stopped(" ")
    assert (update.text, list(update.written), update.finished) == ("", [], "stop")


def test_a_stop_string_that_never_comes_changes_nothing(stopped):
    update = stopped("never this")
    assert (update.text, update.finished) == (" jumps over the dog", "length")


@pytest.mark.parametrize("stop", [["x"] * 9, ["x" * 201], 5, {"a": 1}])
def test_stop_strings_that_cannot_be_are_refused(stop):
    with pytest.raises(InputError):
        check_request("Hello", stop=stop)


def test_stop_strings_come_from_lines_too_and_know_new_lines():
    assert check_request("Hello", stop="END\n\\n\\n\n").stop == ("END", "\n\n")


# --- Tokens by themselves -----------------------------------------------------------------------


def test_a_token_that_is_a_part_of_a_character_shows_its_bytes(tiny_lm):
    tokenizer = tiny_lm.tokenizer
    texts = [token_text(tokenizer, token) for token in tokenizer("彩")["input_ids"]]
    assert texts == ["⟨E5⟩", "⟨BD⟩", "⟨A9⟩"]
    assert token_text(tokenizer, tokenizer(" fox")["input_ids"][0]).startswith(" ")


def test_a_branch_reads_no_token_of_the_prompt_again(tiny_generation, tiny_lm, taken, monkeypatch):
    """But the last one before it, for the logits behind it."""
    _, kept = taken
    read, plain = [], TorchReader.read

    def counted(reader, ids, **how):
        read.append(ids.shape[1])
        return plain(reader, ids, **how)

    monkeypatch.setattr(TorchReader, "read", counted)
    other = next(one.id for one in kept.at(3).choice.alternatives if one.id != kept.ids[3])
    request = kept.branch(3, other)
    *_, branched = results(tiny_generation.generate(request, "ann", after=kept))
    written = len(branched.written)
    assert read == [1] * (written - 3)
    assert branched.written[:3] == list(kept.written[:3])


@pytest.mark.parametrize("strategy", ["greedy", "sampling"])
def test_a_branch_is_the_same_with_what_was_read_and_without(tiny_generation, taken, strategy):
    _, kept = taken
    other = next(one.id for one in kept.at(5).choice.alternatives if one.id != kept.ids[5])
    request = replace(kept.branch(5, other), strategy=strategy)
    *_, after = results(tiny_generation.generate(request, "ann", after=kept))
    *_, anew = results(tiny_generation.generate(request, "ann"))
    assert [one.choice.id for one in after.written] == [one.choice.id for one in anew.written]
    assert after.text == anew.text
    for one, other in zip(after.written, anew.written, strict=True):
        assert one.choice.nats == pytest.approx(other.choice.nats, abs=1e-4)


def test_an_answer_is_written_on_from_its_end(tiny_generation, taken):
    _, kept = taken
    *_, longer = results(tiny_generation.generate(kept.go_on(), "ann", after=kept))
    ids = [one.choice.id for one in longer.written]
    assert ids[: len(kept.ids)] == kept.ids and len(ids) > len(kept.ids)
    assert longer.card.figures["answer_tokens"] == len(ids)


def test_a_sampled_answer_written_on_is_what_a_longer_run_writes(tiny_generation):
    ask = {**ASK, "max_new_tokens": 6}
    *_, short = results(tiny_generation.generate(check_request("The fox", **ask), "ann"))
    kept = tiny_generation.answers.get(short.key)
    *_, longer = results(tiny_generation.generate(kept.go_on(), "ann", after=kept))
    ask["max_new_tokens"] = 12
    *_, whole = results(tiny_generation.generate(check_request("The fox", **ask), "bob"))
    ids = [[one.choice.id for one in update.written] for update in (longer, whole)]
    assert ids[0] == ids[1]


def test_an_answer_goes_on_by_its_own_model_alone(tiny_generation, tiny_lm, taken):
    kept = replace(taken[1], model="another")
    with pytest.raises(InputError, match="can go on from its own tokens"):
        results(tiny_generation.generate(kept.go_on(), "ann", after=kept))


def test_without_what_was_read_a_branch_is_read_anew(tiny_generation, taken):
    _, kept = taken
    other = next(one.id for one in kept.at(5).choice.alternatives if one.id != kept.ids[5])
    *_, after = results(tiny_generation.generate(kept.branch(5, other), "ann", after=kept))
    tiny_generation.caches.forget("ann")
    *_, anew = results(tiny_generation.generate(kept.branch(5, other), "ann", after=kept))
    assert after.text == anew.text


def test_there_is_no_going_on_without_room(taken):
    _, kept = taken
    full = replace(kept, context=len(kept.before) + len(kept.ids))
    with pytest.raises(InputError, match="no room for more"):
        full.go_on()


def test_stopped_draws_keep_what_there_is(tiny_generation):
    request = check_request("The fox", **{**ASK, "draws": 8, "max_new_tokens": 30})
    updates = tiny_generation.fan(request, "ann")
    grown = next(update for update in updates if isinstance(update, Fanned))
    assert grown.card is None
    tiny_generation.backend.cancel("ann")
    *_, last = updates
    assert last.finished == "stopped" and last.card.figures["answer_tokens"] >= 8
    assert last.greedy is None


# --- Many draws at once -------------------------------------------------------------------------


def test_draws_grow_into_a_tree_with_greedy_and_beams_beside_it(tiny_generation, tiny_lm):
    request = check_request("The fox", **{**ASK, "draws": 8, "temperature": 0.7})
    *growing, last = results(tiny_generation.fan(request, "ann"))
    assert all(update.card is None for update in growing)
    assert len(last.tree.rows) == last.rows == 8 and len(last.beams) == 5
    assert last.card.figures["answer_tokens"] == sum(
        1 for row in last.tree.rows for _ in tokens_of(last.tree, row)
    )
    likeliest = replace(request, strategy="greedy")
    *_, written = results(tiny_generation.generate(likeliest, "ann"))
    assert last.greedy.text.rstrip(BROKEN) == written.text.rstrip(BROKEN)  # a character cut short
    assert last.greedy.nats == pytest.approx(sum(one.choice.nats for one in written.written))
    nats = [beam.nats / max(1, request.max_new_tokens) for beam in last.beams]
    assert all(value > 0 for value in nats)


def tokens_of(branch, row):
    """The tokens of one row of a tree."""
    yield from branch.ids
    for one in branch.branches:
        if row in one.rows:
            yield from tokens_of(one, row)


def test_no_draws_of_a_prompt_that_leaves_no_room(tiny_generation):
    with pytest.raises(InputError):
        results(tiny_generation.fan(check_request("fox " * 5000, **ASK), "ann"))
