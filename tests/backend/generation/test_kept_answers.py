"""Kept answers: their tokens inspected, continued, branched; texts that were scored; samples."""

from dataclasses import replace

import pytest

from backend.errors import InputError
from backend.generation.answer import MAX_KEPT_LOGITS
from backend.generation.kept_answers import Parent
from backend.generation.request import MAX_TOKENS, check_request
from backend.generation.results import Generated, Samples, TextScores
from backend.models.reader import TorchReader
from backend.models.token_text import BROKEN, token_text
from tests.backend.fakes import results

ASK = {"mode": "completion", "max_new_tokens": 12, "seed": 3, "temperature": 1.5, "top_k": 0}


@pytest.fixture
def kept_answer(tiny_generation):
    """An answer's last update, and the answer that is kept."""
    *_, update = results(tiny_generation.generate(check_request("The fox", **ASK), "ann"))
    return update, tiny_generation.answer(update.key)


def test_the_finished_answer_can_be_inspected(kept_answer):
    update, kept = kept_answer
    assert isinstance(update, Generated)
    assert [one.choice.id for one in update.tokens] == kept.ids
    for place, one in enumerate(update.tokens):
        seen = kept.trace_at(place)
        assert seen.token_id == one.choice.id
        chosen = seen.followed.index(seen.token_id)
        assert seen.steps[0].probabilities[chosen] == pytest.approx(
            one.choice.probability, abs=1e-6
        )
        assert seen.steps[-1].probabilities[chosen] == pytest.approx(
            one.choice.sampling_probability, abs=1e-6
        )


@pytest.mark.parametrize("place", [-1, 12, "0", None, 1.0])
def test_a_place_outside_the_answer_is_refused(kept_answer, place):
    with pytest.raises(InputError, match="no token"):
        kept_answer[1].trace_at(place)


def test_a_new_answer_takes_the_last_ones_place_and_leaving_forgets_it(
    tiny_generation, kept_answer
):
    update, _ = kept_answer
    *_, newer = results(tiny_generation.generate(check_request("A dog", **ASK), "ann"))
    with pytest.raises(InputError):
        tiny_generation.answer(update.key)
    tiny_generation.backend.leave("ann")
    with pytest.raises(InputError):
        tiny_generation.answer(newer.key)


def test_a_branch_continues_as_if_its_text_had_been_typed(tiny_generation, tiny_lm, kept_answer):
    """Greedy, so that the seed's draws do not stand at other places."""
    _, kept = kept_answer
    beside = kept.token_at(3).choice.alternatives
    other = next(one.id for one in beside if one.id not in (kept.ids[3], *tiny_lm.stop_ids))
    request = replace(kept.branched(3, other), strategy="greedy", repetition_penalty=1.0)
    *_, branched = results(tiny_generation.generate(request, "ann"))
    ids = tiny_generation.answer(branched.key).ids
    assert ids[:4] == [*kept.ids[:3], other]
    import torch

    typed = torch.tensor([[*kept.prompt_ids, *ids[:4]]])
    length = len(ids) - 4
    wanted = tiny_lm.model.generate(typed, do_sample=False, max_new_tokens=length)
    assert ids[4:] == wanted[0, typed.shape[1] :].tolist()


def test_a_branch_has_room_to_continue_and_says_what_it_is(kept_answer):
    request = kept_answer[1].branched(11, 5)
    assert request.max_new_tokens > 12 + 40
    assert [note.code for note in request.notes] == ["branched"]


def test_what_an_answer_begins_with_is_bounded():
    with pytest.raises(InputError, match="at most 2,048"):
        check_request("x", begin=[1] * (MAX_TOKENS + 1))


def test_a_branch_from_a_token_that_is_not_there_is_refused(kept_answer):
    with pytest.raises(InputError, match="no token"):
        kept_answer[1].branched(99, 5)


def test_a_token_the_model_does_not_know_is_refused(tiny_generation):
    request = check_request("The fox", **ASK, begin=[10_000_000])
    with pytest.raises(InputError, match="no token 10,000,000"):
        list(tiny_generation.generate(request, "ann"))


def test_of_a_long_answer_the_first_choices_are_kept(tiny_generation):
    request = check_request(
        "The fox", max_new_tokens=MAX_KEPT_LOGITS + 5, begin=[5] * (MAX_KEPT_LOGITS + 5)
    )
    *_, update = results(tiny_generation.generate(request, "ann"))
    kept = tiny_generation.answer(update.key)
    assert kept.trace_at(MAX_KEPT_LOGITS - 1).token_id == 5
    with pytest.raises(InputError, match="the first 300 choices"):
        kept.trace_at(MAX_KEPT_LOGITS)


def test_a_text_that_was_scored_is_kept_without_a_trace(tiny_generation):
    *_, update = results(tiny_generation.score_text("The quick brown fox", "ann"))
    assert isinstance(update, TextScores)
    assert update.first + "".join(one.text for one in update.tokens) == "The quick brown fox"
    assert update.card.as_json()["perplexity"] == pytest.approx(update.perplexity, abs=0.01)
    kept = tiny_generation.answer(update.key)
    assert kept.token_at(0).choice.rank >= 1
    with pytest.raises(InputError):
        kept.trace_at(0)
    with pytest.raises(InputError):
        kept.branched(0, 5)


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
    assert "".join(one.text for one in update.tokens) == " ju"


def test_a_stop_string_at_once_leaves_nothing(stopped):
    update = stopped(" ")
    assert (update.text, list(update.tokens), update.finished) == ("", [], "stop")


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


def test_a_branch_reads_no_token_of_the_prompt_again(
    tiny_generation, tiny_lm, kept_answer, monkeypatch
):
    """But the last one before it, for the logits behind it."""
    update, kept = kept_answer
    parent = tiny_generation.parent(update.key)
    read, plain = [], TorchReader.read

    def counted(reader, ids, **how):
        read.append(ids.shape[1])
        return plain(reader, ids, **how)

    monkeypatch.setattr(TorchReader, "read", counted)
    other = next(one.id for one in kept.token_at(3).choice.alternatives if one.id != kept.ids[3])
    request = kept.branched(3, other)
    *_, branched = results(tiny_generation.generate(request, "ann", parent=parent))
    written = len(branched.tokens)
    assert read == [1] * (written - 3)
    assert branched.tokens[:3] == kept.tokens[:3]


@pytest.mark.parametrize("strategy", ["greedy", "sampling"])
def test_a_branch_is_the_same_with_what_was_read_and_without(
    tiny_generation, kept_answer, strategy
):
    update, kept = kept_answer
    parent = tiny_generation.parent(update.key)
    other = next(one.id for one in kept.token_at(5).choice.alternatives if one.id != kept.ids[5])
    request = replace(kept.branched(5, other), strategy=strategy)
    *_, after = results(tiny_generation.generate(request, "ann", parent=parent))
    *_, again = results(tiny_generation.generate(request, "ann"))
    assert [one.choice.id for one in after.tokens] == [one.choice.id for one in again.tokens]
    assert after.text == again.text
    for one, other in zip(after.tokens, again.tokens, strict=True):
        assert one.choice.logprob == pytest.approx(other.choice.logprob, abs=1e-4)


def test_an_answer_is_continued_from_its_end(tiny_generation, kept_answer):
    update, kept = kept_answer
    parent = tiny_generation.parent(update.key)
    *_, longer = results(tiny_generation.generate(kept.continued(), "ann", parent=parent))
    ids = [one.choice.id for one in longer.tokens]
    assert ids[: len(kept.ids)] == kept.ids and len(ids) > len(kept.ids)
    assert longer.card.figures["answer_tokens"] == len(ids)


def test_a_sampled_answer_continued_is_what_a_longer_run_gives(tiny_generation):
    ask = {**ASK, "max_new_tokens": 6}
    *_, short = results(tiny_generation.generate(check_request("The fox", **ask), "ann"))
    kept, parent = tiny_generation.answer(short.key), tiny_generation.parent(short.key)
    *_, longer = results(tiny_generation.generate(kept.continued(), "ann", parent=parent))
    ask["max_new_tokens"] = 12
    *_, whole = results(tiny_generation.generate(check_request("The fox", **ask), "bob"))
    ids = [[one.choice.id for one in update.tokens] for update in (longer, whole)]
    assert ids[0] == ids[1]


def test_an_answer_is_continued_by_its_own_model_alone(tiny_generation, tiny_lm, kept_answer):
    kept = replace(kept_answer[1], model="another")
    with pytest.raises(InputError, match="can continue from its own tokens"):
        results(tiny_generation.generate(kept.continued(), "ann", parent=Parent(kept, None)))


def test_without_what_was_read_a_branch_is_read_again(tiny_generation, kept_answer):
    update, kept = kept_answer
    parent = tiny_generation.parent(update.key)
    other = next(one.id for one in kept.token_at(5).choice.alternatives if one.id != kept.ids[5])
    *_, after = results(tiny_generation.generate(kept.branched(5, other), "ann", parent=parent))
    tiny_generation.caches.forget("ann")
    parent = tiny_generation.parent(update.key)
    *_, again = results(tiny_generation.generate(kept.branched(5, other), "ann", parent=parent))
    assert after.text == again.text
    assert list(again.tokens[:5]) == list(kept.tokens[:5])


def test_there_is_no_continuing_without_room(kept_answer):
    _, kept = kept_answer
    full = replace(kept, context=len(kept.prompt_ids) + len(kept.ids))
    with pytest.raises(InputError, match="no room for more"):
        full.continued()


def test_stopped_samples_keep_what_there_is(tiny_generation):
    request = check_request("The fox", **{**ASK, "draws": 8, "max_new_tokens": 30})
    updates = tiny_generation.sample_many(request, "ann")
    grown = next(update for update in updates if isinstance(update, Samples))
    assert grown.card is None
    tiny_generation.backend.cancel("ann")
    *_, last = updates
    assert last.finished == "stopped" and last.card.figures["answer_tokens"] >= 8
    assert last.greedy is None


# --- Many samples -----------------------------------------------------------------------------


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
