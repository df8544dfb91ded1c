"""The batched pass beside one change at a time."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from backend.attention import ablation
from backend.attention.look import resolve
from backend.attention.record import record, stack_modules
from backend.attention.request import check_look, check_request
from backend.errors import Cancelled, InputError

TEXT = "The cat sat on the mat."


def ablated(model, **look):
    recording = record(model, check_request(TEXT))
    look = resolve(recording, check_look(**look))
    return recording, look, ablation.ablation(model, recording, look)


def logit(model, ids, mask, token=None):
    """The next-token logit after the last of `ids`: of `token`, or (token, logit) of the best."""
    positions = torch.arange(ids.shape[1])[None]
    with torch.inference_mode():
        logits = model.model(ids, attention_mask=mask, position_ids=positions).logits[0, -1]
    token = int(logits.argmax()) if token is None else token
    return token, float(logits[token])


@pytest.mark.parametrize("name", ["gpt2", "qwen3"])
def test_masking_a_token_of_a_decoder_is_one_pass_with_it_masked(tiny, name):
    model = tiny[name]
    recording, _, found = ablated(model, token=6)
    ids = recording.inputs["input_ids"][:, :6]
    token, before = logit(model, ids, torch.ones_like(ids))
    for source, change in zip(found.sources, found.changes, strict=True):
        mask = torch.ones_like(ids)
        mask[0, int(source)] = 0
        assert change == pytest.approx(before - logit(model, ids, mask, token)[1], abs=1e-4)
    assert found.measure == "logit" and found.prediction
    assert len(found.sources) == 6


@pytest.mark.parametrize("name", ["bert", "gpt2", "qwen3"])
def test_zeroing_a_head_is_a_pass_without_its_output(tiny, name):
    model = tiny[name]
    recording, _, found = ablated(model, layer=2, token=6)
    size = recording.stacks["self"].layers[0].q.shape[-1]
    inputs = {n: t if name == "bert" else t[:, :6] for n, t in recording.inputs.items()}
    attention = stack_modules(model)["self"][1]
    projection = {
        "bert": lambda: model.model.encoder.layer[1].attention.output.dense,  # stands beside
        "gpt2": lambda: attention.c_proj,
        "qwen3": lambda: attention.o_proj,
    }[name]()
    token, before = measured(model, inputs)
    for head, change in enumerate(found.head_changes):

        def zero(_, given, head=head):
            changed = given[0].clone()
            changed[..., head * size : (head + 1) * size] = 0
            return (changed, *given[1:])

        hook = projection.register_forward_pre_hook(zero)
        _, after = measured(model, inputs, token)
        hook.remove()
        if name == "bert":
            expected = 1 - float(torch.cosine_similarity(before, after, dim=0))
        else:
            expected = float(before - after)
        assert change == pytest.approx(expected, abs=1e-4)


def measured(model, inputs, token=None):
    """(None, an encoder's sentence vector), or (the top token, a decoder's logit of it)."""
    with torch.inference_mode():
        if model.kind == "encoder":
            return None, model.model(**inputs).last_hidden_state[0].mean(0)
        logits = model.model(**inputs).logits[0, -1]
    token = int(logits.argmax()) if token is None else token
    return token, logits[token]


def test_masking_a_token_of_an_encoder_turns_its_vector(tiny):
    model = tiny["bert"]
    recording, _, found = ablated(model)
    _, before = measured(model, recording.inputs)
    for source, change in zip(found.sources, found.changes, strict=True):
        mask = torch.ones_like(recording.inputs["input_ids"])
        mask[0, int(source)] = 0
        with torch.inference_mode():
            hidden = model.model(**{**recording.inputs, "attention_mask": mask}).last_hidden_state
        after = ablation.sentence_vectors(hidden, mask)[0]
        cosine = float(torch.cosine_similarity(before, after, dim=0))
        assert change == pytest.approx(1 - cosine, abs=1e-4)


def test_masking_a_token_of_an_encoder_decoder_is_one_pass_with_it_masked(tiny):
    model = tiny["marian"]
    recording, look, found = ablated(model)
    inputs = recording.inputs

    def at_target(mask):
        with torch.inference_mode():
            logits = model.model(**{**inputs, "attention_mask": mask}).logits
        return logits[0, look.token - 1]

    whole = torch.ones_like(inputs["input_ids"])
    before = at_target(whole)
    token = int(before.argmax())
    for source, change in zip(found.sources, found.changes, strict=True):
        mask = whole.clone()
        mask[0, int(source)] = 0
        assert change == pytest.approx(float(before[token] - at_target(mask)[token]), abs=1e-4)


def test_an_encoder_decoder_is_measured_across(tiny):
    model = tiny["marian"]
    recording, look, found = ablated(model)
    assert look.stack == "cross"
    assert len(found.sources) == len(recording.stacks["cross"].columns)
    assert len(found.head_changes) == 2
    with pytest.raises(InputError, match="Choose the attention across"):
        ablation.ablation(model, recording, resolve(recording, check_look(stack="encoder")))


@pytest.mark.parametrize("name", ["bert", "gpt2", "marian"])
def test_a_batch_in_parts_finds_what_one_pass_finds(tiny, monkeypatch, name):
    batches = []  # rows and tokens of each part
    outputs = ablation._outputs

    def noting(model, inputs, rows, hook):
        batches.append((len(rows), max(ids.shape[1] for ids in inputs.values())))
        return outputs(model, inputs, rows, hook)

    monkeypatch.setattr(ablation, "_outputs", noting)
    monkeypatch.setattr(ablation, "MIN_SOURCES", 64)  # small parts must not mean fewer sources
    _, _, whole = ablated(tiny[name])
    ((rows, length),) = batches
    monkeypatch.setattr(ablation, "MAX_BATCH_TOKENS", 3 * length)
    _, _, parts = ablated(tiny[name])
    assert len(batches) > 2 and all(size <= 3 for size, _ in batches[1:])
    assert sum(size for size, _ in batches[1:]) == rows
    np.testing.assert_array_equal(parts.sources, whole.sources)
    np.testing.assert_allclose(parts.changes, whole.changes, atol=1e-5)
    np.testing.assert_allclose(parts.head_changes, whole.head_changes, atol=1e-5)


@pytest.mark.slow  # 300 tokens, each masked; the parts are compared on tiny models above
def test_a_long_text_keeps_its_strongest_sources_and_its_correlation(bundled):
    model = bundled["encoder"]
    recording = record(model, check_request("The animal was tired, and so it sat down. " * 30))
    count = len(recording.stacks["self"].columns)
    look = resolve(recording, check_look())
    found = ablation.ablation(model, recording, look)
    assert count > 300
    assert len(found.sources) == ablation.MIN_SOURCES == count - found.left_out
    assert found.correlation is not None
    row = recording.stacks["self"].layers[look.layer - 1].weights(look.head - 1)[look.token - 1]
    assert found.weights.min() >= np.sort(row.numpy())[-len(found.sources)]


def test_a_stop_is_heard_between_the_parts(tiny, monkeypatch):
    monkeypatch.setattr(ablation, "MAX_BATCH_TOKENS", 1)
    recording = record(tiny["bert"], check_request(TEXT))
    calls = []

    def check():
        calls.append(1)
        if len(calls) == 5:  # two layers a part: in the third
            raise Cancelled

    with pytest.raises(Cancelled):
        ablation.ablation(tiny["bert"], recording, resolve(recording, check_look()), check)
    assert len(calls) == 5


def test_rank_correlation_is_spearmans_or_none():
    assert ablation.rank_correlation(np.array([1, 2, 3, 4]), np.array([1, 4, 9, 16])) == 1
    assert ablation.rank_correlation(np.array([1, 2, 3]), np.array([3, 2, 1])) == -1
    assert ablation.rank_correlation(np.array([1, 2]), np.array([1, 2])) is None
    assert ablation.rank_correlation(np.array([1, 1, 1]), np.array([1, 2, 3])) is None
