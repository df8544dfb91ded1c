"""A transformer by hand: beside plain numpy, beside the real views' functions, and its presets."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from backend.attention import toy_presets
from backend.attention.by_hand import attend
from backend.attention.record import record
from backend.attention.recording import Layer
from backend.attention.request import check_request
from backend.attention.steps import steps
from backend.attention.toy import toy
from backend.attention.toy_numbers import ToyNumbers, check_numbers, fitted
from backend.errors import InputError

TEXT = "The cat sat on the mat."


def given(name: str = "heads", **changed: Any) -> dict[str, Any]:
    """A preset's numbers as a page sends them, some of them changed."""
    return {**toy_presets.preset(name).as_json(), **changed}


def random_numbers(heads: int, causal: bool) -> ToyNumbers:
    rng = np.random.default_rng(7)
    numbers = toy_presets.preset("heads")
    tables = {
        name: rng.normal(size=table.shape)
        for name, table in vars(numbers).items()
        if isinstance(table, np.ndarray)
    }
    return replace(numbers, heads=heads, causal=causal, **tables)


@pytest.mark.parametrize("heads", [1, 2])
@pytest.mark.parametrize("causal", [False, True])
def test_every_number_is_that_of_plain_loops(heads: int, causal: bool) -> None:
    n = random_numbers(heads, causal)
    made = toy(n)
    x = n.embedding + n.position
    q, k, v = x @ n.w_q, x @ n.w_k, x @ n.w_v
    count, size = len(x), x.shape[1] // heads
    joined = np.zeros_like(x)
    for head in range(heads):
        columns = slice(head * size, (head + 1) * size)
        for row in range(count):
            seen = row + 1 if causal else count
            scores = [
                q[row, columns] @ k[other, columns] / math.sqrt(size) for other in range(seen)
            ]
            powers = np.exp(scores)
            weights = powers / powers.sum()
            np.testing.assert_allclose(made.heads[head].weights[row, :seen], weights, rtol=1e-12)
            assert not made.heads[head].weights[row, seen:].any()
            joined[row, columns] = weights @ v[:seen, columns]
    stream = x + joined @ n.w_o
    output = stream + np.where(stream @ n.w_1 > 0, stream @ n.w_1, 0) @ n.w_2
    logits = output @ n.w_u
    np.testing.assert_allclose(made.joined, joined, rtol=1e-12)
    np.testing.assert_allclose(made.attended, stream, rtol=1e-12)
    np.testing.assert_allclose(made.output, output, rtol=1e-12)
    np.testing.assert_allclose(made.logits, logits, rtol=1e-12)
    expected = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    np.testing.assert_allclose(made.probabilities, expected, rtol=1e-12)


@pytest.mark.parametrize(("name", "causal"), [("bert", False), ("gpt2", True)])
def test_attention_by_hand_of_a_real_heads_numbers_is_the_real_views(
    tiny: Any, name: str, causal: bool
) -> None:
    layer = record(tiny[name], check_request(TEXT)).stacks["self"].layers[1]
    q, k, v = (table[1].double().numpy() for table in (layer.q, layer.k, layer.v))
    made = attend(q, k, v, causal)
    np.testing.assert_allclose(made.weights, layer.weights(1).numpy(), atol=1e-6)
    for row in range(len(q)):
        real = steps(layer, 1, row)
        np.testing.assert_allclose(made.products[row], real.products, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(made.scaled[row], real.scaled, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(made.output[row], real.output, atol=1e-5)
        assert (made.visible[row] == real.visible).all()


@pytest.mark.parametrize("causal", [False, True])
def test_the_real_views_of_the_toys_numbers_show_the_same(causal: bool) -> None:
    made = toy(random_numbers(2, causal))
    of_heads = (np.stack(np.split(table, 2, axis=1)) for table in (made.q, made.k, made.v))
    q, k, v = (torch.tensor(table) for table in of_heads)
    mask = torch.full((3, 3), -torch.inf).double().triu(1) if causal else None
    output = torch.tensor(made.joined).reshape(3, 2, 2)
    layer = Layer(q, k, v, mask, 1 / math.sqrt(2), output)
    for head, ours in enumerate(made.heads):
        np.testing.assert_allclose(layer.weights(head).numpy(), ours.weights, rtol=1e-12)
        for row in range(3):
            real = steps(layer, head, row)
            np.testing.assert_allclose(real.weights, ours.weights[row], rtol=1e-12)
            assert real.difference < 1e-12


def test_the_three_words_have_their_true_rows_which_are_not_uniform() -> None:
    (head,) = toy(toy_presets.preset("three")).heads
    printed = [[0.299, 0.332, 0.369], [0.251, 0.326, 0.423], [0.208, 0.315, 0.477]]
    np.testing.assert_allclose(head.weights, printed, atol=6e-4)
    np.testing.assert_allclose(head.products[0], [0.14, 0.32, 0.5], rtol=1e-12)
    np.testing.assert_allclose(head.output[0], [0.421, 0.521, 0.621], atol=6e-4)


def test_the_preset_with_a_mask_looks_back_only() -> None:
    (head,) = toy(toy_presets.preset("causal")).heads
    expected = [[1, 0, 0], [0.435, 0.565, 0], [0.208, 0.315, 0.477]]
    np.testing.assert_allclose(head.weights, expected, atol=6e-4)


def test_queries_of_zero_give_uniform_weights() -> None:
    for head in toy(toy_presets.preset("uniform")).heads:
        np.testing.assert_allclose(head.weights, 1 / 3, rtol=1e-15)


def test_two_heads_look_at_different_words_and_the_next_word_is_likely() -> None:
    numbers = toy_presets.preset("heads")
    made = toy(numbers)
    assert [head.weights[2].argmax() for head in made.heads] == [1, 2]  # the one before; itself
    likely = [numbers.vocabulary[row.argmax()] for row in made.probabilities]
    assert likely == ["cat", "sat", "down"]
    np.testing.assert_allclose(numbers.position[1], [0.84, 0.54, 0.01, 1])  # sin 1, cos 1, …


def test_every_preset_comes_back_from_its_own_json() -> None:
    for name in toy_presets.NAMES:
        assert check_numbers(given(name)).as_json() == given(name)


def test_numbers_may_be_strings_and_the_largest_do_not_overflow() -> None:
    table = [["1000"] * 4] * 4
    changed = dict.fromkeys(("w_q", "w_k", "w_v", "w_o", "w_1", "w_2", "w_u"), table)
    made = toy(check_numbers(given(**changed)))
    assert all(np.isfinite(value).all() for name, value in vars(made).items() if name != "heads")
    assert check_numbers(given(w_q=[["－１．５", "2", " 3 ", 1e-3]] * 4)).w_q[0, 0] == -1.5


@pytest.mark.parametrize("cell", ["abc", "1e400", "", " ", "NaN", "-inf", None, True, [], 1001])
def test_a_cell_that_is_no_number_is_named(cell: object) -> None:
    table = [[1, 0, 0, 0], [0, cell, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
    with pytest.raises(InputError, match="W_Q, row 2, column 2 must be a number from -1000 to 1"):
        check_numbers(given(w_q=table))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"embedding": []}, "E must be a table with 1 to 4 numbers in each row"),
        ({"embedding": "1 2 3"}, "E must be a table"),
        ({"embedding": [[1] * 5] * 3}, "E must be a table with 1 to 4 numbers"),
        ({"embedding": [[1, 0, 0, 0]]}, "E must have 3 rows of 4 numbers each"),
        ({"position": [[1, 0, 0]] * 3}, "P must have 3 rows of 4 numbers each"),
        ({"w_k": [[1, 2, 3, 4]] * 3}, "W_K must have 4 rows of 4 numbers each"),
        ({"w_1": [[1] * 7] * 4}, "W_1 must be a table with 1 to 6 numbers"),
        ({"w_2": [[1, 2, 3, 4], 5]}, "W_2 must have 4 rows"),
        ({"w_u": [[1]] * 4}, "W_U must have 4 rows of 4 numbers each"),
        ({"tokens": []}, "tokens must be 1 to 6 words of at most 12 characters"),
        ({"tokens": ["a"] * 7}, "tokens must be 1 to 6 words"),
        ({"tokens": ["", "a", "b"]}, "tokens must be 1 to 6 words"),
        ({"tokens": ["a" * 13, "b", "c"]}, "tokens must be 1 to 6 words"),
        ({"tokens": "abc"}, "tokens must be 1 to 6 words"),
        ({"tokens": [1, 2, 3]}, "tokens must be a text, not 1"),
        ({"vocabulary": []}, "vocabulary must be 1 to 6 words"),
        ({"heads": 3}, "heads must be 1, or 2 where"),
        ({"heads": True}, "heads must be 1, or 2 where"),
        ({"heads": "2"}, "heads must be 1, or 2 where"),
        ({"causal": 1}, "causal must be one of true, false, not 1"),
        ({"w_x": [[1]]}, "w_x"),
    ],
)
def test_what_is_no_numbers_gets_a_sentence(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        check_numbers(given(**changed))


def test_an_odd_width_has_no_two_heads() -> None:
    with pytest.raises(InputError, match=r"an even number of numbers \(here it is 3\)"):
        check_numbers(given("three", heads=2))


@pytest.mark.parametrize("value", [None, [], "heads", {"tokens": ["a"]}])
def test_numbers_that_are_not_all_there_get_a_sentence(value: object) -> None:
    with pytest.raises(InputError, match="numbers must be a dictionary with tokens, vocabulary"):
        check_numbers(value)


def test_a_new_word_gets_a_row_and_its_place() -> None:
    numbers = check_numbers(fitted(given(tokens=["The", "cat", "sat", "down"])))
    assert numbers.embedding[3].tolist() == [0, 0, 0, 1]
    np.testing.assert_allclose(numbers.position[3], [0.14, -0.99, 0.03, 1])  # sin 3, cos 3, …
    assert numbers.embedding[:3].tolist() == toy_presets.preset("heads").embedding.tolist()


def test_a_new_word_has_no_place_where_the_others_have_none() -> None:
    numbers = check_numbers(fitted(given("three", tokens=["A", "B", "C", "D"])))
    assert not numbers.position.any()


def test_fewer_words_and_other_next_words_take_their_rows_and_columns_along() -> None:
    numbers = check_numbers(fitted(given(tokens=["The"], vocabulary=["a", "b", "c", "d", "e"])))
    assert numbers.embedding.shape == (1, 4) and numbers.w_u.shape == (4, 5)
    before = toy_presets.preset("heads").w_u
    assert numbers.w_u[:, :4].tolist() == before.tolist() and numbers.w_u[:, 4].any()


@pytest.mark.parametrize("value", [{}, {"tokens": 5}, {"tokens": ["a"], "embedding": [[1], 2]}])
def test_fitting_what_is_no_table_changes_nothing(value: dict[str, Any]) -> None:
    assert fitted(value) == value
