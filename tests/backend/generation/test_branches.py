"""Answers branched at a token and continued from their end."""

from dataclasses import replace

import pytest

from backend.errors import InputError
from backend.generation.kept_answers import Parent
from backend.generation.request import MAX_TOKENS, check_request
from backend.models.reader import TorchReader
from tests.backend.fakes import results
from tests.backend.generation.conftest import ASK


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
