"""Three kinds of model, one kind of answer."""

import pytest
import torch

from backend.classification import likelihood, zero_shot
from backend.classification.zero_shot import Entailment, to_scores
from backend.errors import Cancelled, InputError
from backend.models import part_size
from backend.parts import finish

LABELS = ("economy", "sports", "a much longer label, with braces {}")


def score(*arguments):
    return finish(zero_shot.score_labels(*arguments))


def pmi(*arguments):
    return finish(likelihood.pmi(*arguments))


def entailed(model, sentences):
    return finish(model.logits("the film", sentences))


def naive(lm, prefix, sentence):
    """log P(sentence | prefix), token by token, with no cache and no batch."""
    tail = lm.tokenizer(" " + sentence, add_special_tokens=False)["input_ids"]
    total = 0.0
    for place, token in enumerate(tail):
        ids = torch.tensor([[*prefix, *tail[:place]]])
        with torch.no_grad():
            logits = lm.model(input_ids=ids).logits[0, -1].float()
        total += float(logits.log_softmax(-1)[token])
    return total


def test_pmi_is_the_gain_in_log_likelihood(tiny_lm):
    sentences = [zero_shot.filled("It is {}.", label) for label in LABELS]
    text = "The quick brown fox jumps."
    bare = likelihood.first_token(tiny_lm)
    start = [*bare, *tiny_lm.tokenizer(text, add_special_tokens=False)["input_ids"]]
    wanted = [naive(tiny_lm, start, one) - naive(tiny_lm, bare, one) for one in sentences]
    assert pmi(tiny_lm, text, sentences).tolist() == pytest.approx(wanted, abs=1e-3)


def test_batches_of_sentences_change_nothing(tiny_lm, monkeypatch):
    sentences = [f"It is number {n}." for n in range(7)]
    whole = pmi(tiny_lm, "The dog.", sentences)
    monkeypatch.setattr(likelihood, "MAX_PASS_TOKENS", 150)  # a few sentences
    assert pmi(tiny_lm, "The dog.", sentences).tolist() == pytest.approx(whole.tolist(), abs=1e-4)


def test_labels_go_through_the_model_together_as_far_as_one_part_allows(tiny_lm, monkeypatch):
    sizes = []
    forward = tiny_lm.model.forward

    def counted(*args, **options):
        sizes.append(options["input_ids"].shape)
        return forward(*args, **options)

    monkeypatch.setattr(tiny_lm.model, "forward", counted)
    score(tiny_lm, "The fox.", ["fox", "dog", "cat"], ["It is {}."], False)
    assert [rows for rows, _ in sizes] == [1, 3, 1, 3]
    sizes.clear()
    score(tiny_lm, "The fox.", [f"label {n}" for n in range(20)], ["It is {}."], False)
    assert len(sizes) > 4 and sum(rows for rows, _ in sizes) == 2 * (1 + 20)
    assert all(rows * width <= likelihood.PIECE for rows, width in sizes)


def test_long_texts_and_sentences_are_read_in_pieces_and_score_the_same(tiny_lm, monkeypatch):
    text, sentences = "The quick brown fox. " * 8, ["the dog " * 12, "a fox", "the dog " * 15]
    whole = pmi(tiny_lm, text, sentences).tolist()
    monkeypatch.setattr(likelihood, "PIECE", 5)
    assert pmi(tiny_lm, text, sentences).tolist() == pytest.approx(whole, abs=1e-3)


def test_long_sentences_go_through_the_model_a_few_at_a_time():
    for prefix, width in [(1, 6), (513, 10), (513, 200), (1, 200), (513, 10_000)]:
        rows = likelihood._rows_at_once(prefix, width)
        cost = rows * (prefix + likelihood.TOKEN_COST * width)
        assert rows == 1 or cost <= likelihood.MAX_PASS_TOKENS
    assert likelihood._rows_at_once(1, 8) >= 7  # usual labels, all together


def test_a_label_that_would_be_cut_off_is_refused(tiny_lm, sentences):
    for model in (tiny_lm, sentences):
        with pytest.raises(InputError, match="at most 200 are possible"):
            score(model, "The fox.", ["a", "b " * 250], ["It is {}."], False)


def test_a_text_that_is_read_in_part_is_noted(sentences):
    note = score(sentences, "cat " * 400, LABELS, ["It is {}."], False).notes[0]
    kept = sentences.limit - len(["<s>", "▁que", "ry", ":", "</s>"])
    assert (note.code, note.values) == ("kept_start", {"tokens": 401, "kept": kept})
    assert score(sentences, "cat " * 200, LABELS, ["It is {}."], False).notes == ()


def test_a_question_can_be_stopped(tiny_lm, sentences, tiny_tokenizer):
    def stop():
        raise Cancelled

    entailment = Entailment(tiny_tokenizer, FakeEntailment(), ("entailment", "other"), "cpu")
    for model in (tiny_lm, sentences, entailment):
        with pytest.raises(Cancelled):
            score(model, "the film", ("good", "bad"), ["it is {}"], False, stop)


def test_judged_alone_a_label_must_beat_no_label(tiny_lm):
    text, template = "The quick brown fox.", "It is {}."
    several = score(tiny_lm, text, LABELS, [template], True).rows[0]
    gains = pmi(tiny_lm, text, [zero_shot.filled("It is {}.", label) for label in LABELS])
    zero = pmi(tiny_lm, text, [f"It is {zero_shot.NO_LABEL}."])
    assert several.values == pytest.approx((gains - zero).sigmoid().tolist(), abs=1e-4)


def test_one_answer_sums_to_one_and_several_need_not():
    found = torch.tensor([2.0, 0.0, -1.0], dtype=torch.float64)
    one, several = to_scores(LABELS, found, False), to_scores(LABELS, found, True)
    assert sum(one.values) == pytest.approx(1)
    assert several.values[1] == pytest.approx(0.5)
    assert several.multi_label and one.top == several.top == "economy"


def test_each_template_has_its_row_and_the_same_answer_as_alone(sentences):
    templates = ["It is about {}.", "Topic: {}"]
    grid = score(sentences, "The match ended two to one.", LABELS, templates, False)
    assert grid.templates == tuple(templates)
    for template, row in zip(templates, grid.rows, strict=True):
        alone = score(sentences, "The match ended two to one.", LABELS, [template], False)
        assert row.values == pytest.approx(alone.rows[0].values, abs=1e-5)
    assert grid.rows[0].top == "sports"


class FakeEntailment(torch.nn.Module):
    """Entails what has an even number of tokens."""

    def forward(self, input_ids, attention_mask):
        even = 1 - attention_mask.sum(1) % 2
        return torch.stack([even * 3.0, torch.ones_like(even) * 1.0], dim=1)


def test_entailment_scores_are_its_log_odds(tiny_tokenizer):
    model = Entailment(tiny_tokenizer, FakeEntailment(), ("entailment", "not_entailment"), "cpu")
    found = entailed(model, ["it is good", "it is"])
    assert sorted(found.tolist()) == [-1.0, 2.0]


def test_entailment_batches_keep_their_order(tiny_tokenizer, monkeypatch):
    model = Entailment(tiny_tokenizer, FakeEntailment(), ("entailment", "not_entailment"), "cpu")
    hypotheses = ["it is good", "it is", "it", "it is good and bad"] * 3
    whole = entailed(model, hypotheses).tolist()
    monkeypatch.setattr(zero_shot, "BATCH", 5)
    assert entailed(model, hypotheses).tolist() == whole


def test_entailment_goes_in_parts_of_a_size_and_says_the_same(tiny_tokenizer, monkeypatch):
    class Weighty(FakeEntailment):
        def __init__(self):
            super().__init__()
            self.layer = torch.nn.Linear(10, 10, bias=False)  # 100 weights

    model = Entailment(tiny_tokenizer, Weighty(), ("entailment", "not_entailment"), "cpu")
    hypotheses = ["it is good", "it is", "it", "it is bad"]  # 9 tokens or fewer with the text
    whole = entailed(model, hypotheses).tolist()
    monkeypatch.setattr(part_size, "ON_CPU", 9 * 100 * 2)
    parts = model.logits("the film", hypotheses)
    assert next(parts) is None and next(parts) is None
    assert finish(parts).tolist() == whole
