"""Gaps and next sentences by a language model that reads from left to right."""

import math

import pytest
import torch

from backend.classification import gaps, likelihood
from backend.classification.gaps import GapFiller
from backend.errors import Cancelled, InputError
from backend.parts import finish
from backend.text import has_chinese


@pytest.fixture
def tiny(tiny_lm):
    return GapFiller(tiny_lm)


def ids(lm, text):
    return lm.tokenizer(text, add_special_tokens=False)["input_ids"]


def naive(lm, before, tail):
    """log P(tail | before), in one pass with no cache."""
    whole = torch.tensor([[*likelihood.first_token(lm), *before, *tail]])
    with torch.no_grad():
        scores = lm.model(input_ids=whole).logits[0].float().log_softmax(-1)
    start = whole.shape[1] - len(tail)
    return sum(float(scores[start + n - 1, token]) for n, token in enumerate(tail))


def test_a_words_probability_is_its_share_of_the_whole_texts_likelihood(tiny, monkeypatch):
    monkeypatch.setattr(gaps, "CANDIDATES", 6)
    [found] = finish(tiny.fill("The quick [MASK] jumps over", top=100))
    lm, before = tiny.lm, ids(tiny.lm, "The quick")
    token = {lm.tokenizer.decode([n]): n for n in range(len(lm.tokenizer))}
    scores = [naive(lm, before, [token[f" {one.word}"], *ids(lm, " jumps over")]) for one in found]
    shares = torch.tensor(scores).softmax(0).tolist()
    assert [one.probability for one in found] == pytest.approx(shares, abs=1e-4)
    assert 6 <= len(found) <= 12
    assert sum(one.probability for one in found) == pytest.approx(1)


@pytest.mark.parametrize(
    ("text", "spaced"), [("The quick [MASK] fox", True), ("The qu[MASK] fox", False)]
)
def test_words_are_those_that_continue_the_text_as_it_is_spaced(tiny, text, spaced):
    token = {tiny.tokenizer.decode([n]) for n in range(len(tiny.tokenizer))}
    [found] = finish(tiny.fill(text))
    assert found
    for one in found:
        assert one.word == one.word.strip() != ""
        assert (f" {one.word}" if spaced else one.word) in token


def test_each_gap_sees_the_word_chosen_for_the_one_before(tiny):
    first, second = finish(tiny.fill("The [MASK] fox [MASK] over"))
    word = first[0].word
    [alone] = finish(tiny.fill(f"The {word} fox [MASK] over"))
    assert [one.word for one in alone] == [one.word for one in second]
    [to_the_next] = finish(tiny.fill("The [MASK] fox"))
    assert [one.word for one in to_the_next] == [one.word for one in first]


@pytest.mark.parametrize("text", ["no gap", "[MASK] " * 6])
def test_a_text_without_gaps_or_with_too_many_is_refused(tiny, text):
    with pytest.raises(InputError):
        finish(tiny.fill(text))


def test_the_text_that_is_too_far_from_a_gap_is_not_read_and_a_note_says_so(tiny):
    near, far = "The fox [MASK] over", "The fox " * 300 + "[MASK] over"
    assert tiny.notes_on_gaps(near) == ()
    [note] = tiny.notes_on_gaps(far)
    assert (note.code, note.values) == ("beside_gaps", {"left": gaps.LEFT, "right": gaps.RIGHT})
    assert finish(tiny.fill(far))[0]


def test_control_tokens_beside_a_gap_are_text(tiny):
    end = tiny.tokenizer.eos_token
    assert [note.code for note in tiny.notes_on_gaps(f"a {end} [MASK]")] == ["control_tokens"]
    assert finish(tiny.fill(f"a {end} [MASK]"))[0]


def test_following_is_what_a_sentence_gains_by_the_other(tiny):
    gain = finish(tiny.gain("The quick fox.", "It jumps over the dog."))
    tail = ids(tiny.lm, " It jumps over the dog.")
    after, alone = (naive(tiny.lm, ids(tiny.lm, text), tail) for text in ("The quick fox.", "."))
    assert gain == pytest.approx((after - alone) / len(tail), abs=1e-4)
    odds = finish(tiny.follows("The quick fox.", "It jumps over the dog."))
    logit = gaps.PROSE.slope * (gain - gaps.PROSE.threshold)
    assert odds == pytest.approx(1 / (1 + math.exp(-logit)))


def test_a_stop_ends_it_between_two_parts(tiny):
    def stop():
        raise Cancelled

    for parts in (tiny.fill("a [MASK]", stop), tiny.follows("a", "b", stop)):
        with pytest.raises(Cancelled):
            finish(parts)


@pytest.fixture(scope="module")
def bundled():
    """The bundled gap fillers, by language."""
    from backend.classification.loading import load_gap_filler
    from backend.models.registry import MODELS
    from tests.backend.fakes import CPU

    rows = {row.id: row for row in MODELS}
    names = {"English": "smollm2-135m-gaps", "Chinese": "verse-writer-gaps"}
    return {language: load_gap_filler(rows[name], CPU) for language, name in names.items()}


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Paris is the [MASK] of France.", "capital"),
        ("The [MASK] barked at the postman.", "dog"),  # known by what comes after it
    ],
)
def test_the_bundled_model_fills_plain_gaps(bundled, text, word):
    [found] = finish(bundled["English"].fill(text))
    assert found[0].word == word


def test_a_text_that_begins_with_its_gap_is_given_a_first_word(bundled):
    [found] = finish(bundled["English"].fill("[MASK] is the capital of Japan."))
    assert "Tokyo" in [one.word for one in found[:5]]


def test_a_gap_in_a_poem_is_filled_with_one_character(bundled):
    [found] = finish(bundled["Chinese"].fill("白日依山尽，黄河入[MASK]流。"))
    assert len(found) == gaps.TOP
    assert all(len(one.word) == 1 and has_chinese(one.word) for one in found)


@pytest.mark.parametrize(
    ("language", "first", "second", "other"),
    [
        (
            "English",
            "We missed the last train to Bern.",
            "So we had to take a taxi home.",
            "Add two eggs and a pinch of salt.",
        ),
        (
            "Chinese",
            "床前明月光，疑是地上霜。",
            "举头望明月，低头思故乡。",
            "将军百战死，壮士十年归。",
        ),
    ],
)
def test_a_sentence_that_follows_is_told_from_one_that_does_not(
    bundled, language, first, second, other
):
    filler = bundled[language]
    assert finish(filler.follows(first, second)) > 0.5 > finish(filler.follows(first, other))
