"""Steps by hand, positions, rollout, the logit lens, wire formats: beside plain numpy."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from backend import packing
from backend.attention import by_hand, lens, positions, rollout
from backend.attention.record import record
from backend.attention.request import check_request
from backend.errors import InputError
from backend.models.token_text import token_text

TEXT = "The cat sat on the mat and looked at the dog."


def test_by_hand_is_the_formula_on_an_example():
    tables = (
        [[1, 0, 1], [0, 2, 0], [1, 1, 0]],
        [[1, 1, 0], [0, 1, 1], [1, 0, 2]],
        [[2, 0, 1], [0, 3, 1], [1, 1, 0]],
    )
    q, k, v = (np.array(table, float) for table in tables)
    done = by_hand.by_hand(*tables)
    scores = q @ k.T / math.sqrt(3)
    weights = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    np.testing.assert_allclose(done.weights, weights, rtol=1e-14)
    np.testing.assert_allclose(done.output, weights @ v, rtol=1e-14)
    assert done.products.tolist() == [[1, 1, 3], [2, 2, 0], [2, 1, 1]]


def test_by_hand_with_a_causal_mask_looks_back_only():
    table = [[1, 2], [3, 4], [5, 6]]
    done = by_hand.by_hand(table, table, table, causal=True)
    assert np.triu(done.weights, 1).max() == 0
    assert done.weights[0].tolist() == [1, 0, 0]
    np.testing.assert_allclose(done.weights.sum(1), 1)


def test_by_hand_reads_numbers_in_full_width_digits():
    assert by_hand.check_table("Q", [["－１．５", "２"]]).tolist() == [[-1.5, 2.0]]


def test_by_hand_does_not_overflow():
    done = by_hand.by_hand([[1000]], [[1000]], [[7]])
    assert done.output.tolist() == [[7]]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("abc", "K, row 1, column 2 must be a number from -1000 to 1000, not 'abc'"),
        (float("nan"), "K, row 1, column 2 must be a number"),
        ("NaN", "must be a number"),
        (float("inf"), "must be a number"),
        (1e9, "must be a number"),
        (None, "must be a number"),
        (True, "must be a number"),
        ("", "must be a number"),
        ([], "must be a number"),
    ],
)
def test_by_hand_names_the_cell_that_is_no_number(cell, said):
    with pytest.raises(InputError, match=said):
        by_hand.by_hand([[1, 2]], [[1, cell]], [[1, 2]])


@pytest.mark.parametrize(
    "tables",
    [
        (None, None, None),
        ([], [], []),
        ([[]], [[]], [[]]),
        ([1], [1], [1]),
        ([[1, 2], [3]], [[1, 2]], [[1, 2]]),
        ([[1, 2]], [[1]], [[1, 2]]),
        ([[1]] * 9, [[1]] * 9, [[1]] * 9),
        ("abc", [[1]], [[1]]),
    ],
)
def test_by_hand_says_what_a_table_is(tables):
    with pytest.raises(InputError, match="must be a table"):
        by_hand.by_hand(*tables)


def test_positions_are_the_papers_formula():
    encoding = positions.sinusoidal(50, 16)
    for pos in (0, 1, 49):
        for pair in range(8):
            angle = pos / 10000 ** (2 * pair / 16)
            assert encoding[pos, 2 * pair] == pytest.approx(math.sin(angle), abs=1e-12)
            assert encoding[pos, 2 * pair + 1] == pytest.approx(math.cos(angle), abs=1e-12)
    assert positions.sinusoidal(3, 5).shape == (3, 5)


@pytest.mark.parametrize("name", ["bert", "gpt2"])
def test_rollout_is_a_plain_numpy_version(tiny, name):
    stack = record(tiny[name], check_request(TEXT)).stacks["self"]
    rolled = np.eye(len(stack.rows))
    for layer, ours in zip(stack.layers, rollout.rolled_rows(stack, 4), strict=True):
        mixed = layer.weights().numpy().astype(float).mean(0) + np.eye(len(rolled))
        rolled = (mixed / mixed.sum(1, keepdims=True)) @ rolled
        np.testing.assert_allclose(ours, rolled[4], atol=1e-6)
        assert ours.sum() == pytest.approx(1, abs=1e-5)


def test_rollout_between_two_texts_says_why_not(tiny):
    recording = record(tiny["marian"], check_request(TEXT))
    with pytest.raises(InputError, match="Rollout follows a text through its own layers"):
        rollout.rolled_rows(recording.stacks["cross"], 0)


@pytest.mark.parametrize("name", ["gpt2", "qwen3"])
def test_the_lens_ends_in_the_models_own_prediction(tiny, name):
    model = tiny[name]
    recording = record(model, check_request(TEXT))
    count = len(recording.stacks["self"].rows)
    found = lens.logit_lens(model, recording, count)
    with torch.inference_mode():
        logits = model.model(recording.inputs["input_ids"]).logits[0]
    likely = logits[found.positions].softmax(-1).topk(lens.TOP_K)
    np.testing.assert_allclose(found.probabilities[-1], likely.values.numpy(), atol=1e-5)
    said = [token_text(model.tokenizer, i) for i in likely.indices[-1].tolist()]
    assert found.tokens[-1][-1] == said
    assert len(found.tokens) == len(recording.stacks["self"].layers) + 1


@pytest.mark.parametrize("name", ["gpt2", "qwen3"])
def test_the_lens_after_a_layer_is_the_model_cut_off_there(tiny, name):
    """By hand: the residual stream after layer 1, through final norm and output embedding."""
    model, network = tiny[name], tiny[name].model
    recording = record(model, check_request(TEXT))
    kept = []
    layers = network.base_model.layers if name == "qwen3" else network.base_model.h
    hook = layers[0].register_forward_hook(lambda _, __, out: kept.append(out))
    with torch.inference_mode():
        network(recording.inputs["input_ids"])
        hook.remove()
        stream = kept[0][0] if isinstance(kept[0], tuple) else kept[0]
        norm = network.base_model.norm if name == "qwen3" else network.base_model.ln_f
        own = network.lm_head(norm(stream))[0, -1].softmax(-1).topk(lens.TOP_K).values
    found = lens.logit_lens(model, recording, len(recording.stacks["self"].rows))
    np.testing.assert_allclose(found.probabilities[1, -1], own.numpy(), atol=1e-5)


def test_the_lens_needs_a_decoder(tiny):
    recording = record(tiny["bert"], check_request(TEXT))
    with pytest.raises(InputError, match="Choose a decoder"):
        lens.logit_lens(tiny["bert"], recording, 1)


@pytest.mark.parametrize(("side", "bits", "error"), [(40, 16, 1.6e-5), (300, 8, 4e-3)])
def test_weights_travel_within_the_stated_error(side, bits, error):
    weights = np.random.default_rng(0).dirichlet(np.full(side, 0.1), side).astype(np.float32)
    packed = packing.pack_weights(weights)
    assert packed["bits"] == bits
    assert np.abs(packing.unpack(packed) - weights).max() <= error
