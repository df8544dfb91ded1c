"""One head, averages, hidden tokens, pairs; what is out of range."""

from __future__ import annotations

import numpy as np
import pytest

from backend.attention.look import resolve, resolve_nearest
from backend.attention.record import record
from backend.attention.request import check_look, check_request
from backend.attention.view import view
from backend.errors import InputError


@pytest.fixture(scope="module")
def recording(tiny):
    return record(tiny["bert"], check_request("The cat sat on the mat.", "A dog ran."))


def seen(recording, **look):
    return view(recording, resolve(recording, check_look(**look)))


def weights(recording, **look):
    return seen(recording, **look).weights


def test_a_head_is_the_layers_own_matrix(recording):
    layer = recording.stacks["self"].layers[1]
    np.testing.assert_array_equal(weights(recording, layer=2, head=3), layer.weights(2).numpy())


def test_averages_are_means_of_the_matrices(recording):
    every = np.stack([layer.weights().numpy() for layer in recording.stacks["self"].layers])
    place = {"layer": 2, "head": 3}
    for average, expected in {
        "heads": every[1].mean(0),
        "layers": every[:, 2].mean(0),
        "all": every.mean((0, 1)),
    }.items():
        np.testing.assert_allclose(
            weights(recording, average=average, **place), expected, atol=1e-6
        )


def test_hidden_tokens_leave_rows_and_columns_and_their_share(recording):
    rows = recording.stacks["self"].rows
    ordinary = [i for i, token in enumerate(rows) if not token.special]
    whole = weights(recording, layer=1, head=1)
    hidden = weights(recording, layer=1, head=1, hide="special")
    np.testing.assert_array_equal(hidden, whole[np.ix_(ordinary, ordinary)])
    assert (hidden.sum(1) < 1).all()
    again = weights(recording, layer=1, head=1, hide="special", renormalise="yes")
    np.testing.assert_allclose(again.sum(1), 1, atol=1e-6)
    np.testing.assert_allclose(again, hidden / hidden.sum(1, keepdims=True), atol=1e-6)


def test_the_first_token_can_be_hidden(recording):
    whole = weights(recording, layer=1, head=1)
    np.testing.assert_array_equal(weights(recording, layer=1, head=1, hide="first"), whole[1:, 1:])


@pytest.mark.parametrize("pair", ["AA", "AB", "BA", "BB"])
def test_a_pair_shows_one_sentence_on_each_side(recording, pair):
    shown = seen(recording, pair=pair)
    assert {token.sentence for token in shown.row_tokens} == {"AB".index(pair[0])}
    assert {token.sentence for token in shown.column_tokens} == {"AB".index(pair[1])}
    assert not any(token.special for token in shown.row_tokens)


def test_a_row_of_which_nothing_is_left_stays_zero_when_renormalised(tiny):
    recording = record(tiny["gpt2"], check_request("The cat sat on the mat."))
    left = weights(recording, hide="first", renormalise="yes")
    assert np.isfinite(left).all()
    np.testing.assert_allclose(left.sum(1), 1, atol=1e-6)


def test_a_pair_without_a_second_text_says_that_nothing_is_left(tiny):
    recording = record(tiny["bert"], check_request("The cat."))
    with pytest.raises(InputError, match="nothing is left to show"):
        seen(recording, pair="AB")


@pytest.mark.parametrize(
    ("look", "said"),
    [
        ({"layer": 3}, "layer must be from 1 to 2, not 3"),
        ({"head": 5}, "head must be from 1 to 4, not 5"),
        ({"token": 60}, "token must be from 1 to"),
        ({"layer": 0}, "layer must be from 1"),
        ({"layer": 1.5}, "layer must be a whole number"),
        ({"head": "two"}, "head must be a number"),
        ({"head": float("nan")}, "head must be a number"),
        ({"stack": "cross"}, "stack must be one of self"),
        ({"stack": "nonsense"}, "stack must be one of"),
        ({"average": "mean"}, "average must be one of"),
        ({"colour": "red"}, "There is no option colour"),
    ],
)
def test_what_there_is_not_gets_a_sentence(recording, look, said):
    with pytest.raises(InputError, match=said):
        seen(recording, **look)


def test_what_is_left_open_is_chosen(recording):
    look = resolve(recording, check_look(layer=2))
    focus = recording.stacks["self"].focus
    assert (look.layer, look.head) == (2, int(focus[1].argmax()) + 1)
    look = resolve(recording, check_look())
    assert focus[look.layer - 1, look.head - 1] == focus.max()
    assert not recording.stacks["self"].rows[look.token - 1].special


@pytest.mark.parametrize(
    ("look", "kept"),
    [
        ({"layer": 2, "head": 3, "token": 4}, (2, 3, 4)),
        ({"layer": 2, "head": 3, "token": 500}, (2, 3, None)),
        ({"layer": 40, "head": 3, "token": 4}, (None, None, None)),
        ({"layer": 2, "pair": "AB", "hide": "first"}, (2, None, None)),
    ],
)
def test_the_nearest_look_gives_up_only_what_there_is_not(recording, look, kept):
    found = resolve_nearest(recording, check_look(**look))
    layer, head, token = kept
    expected = check_look(**{**look, "layer": layer, "head": head, "token": token})
    assert found == resolve(recording, expected)


def test_the_nearest_look_at_one_text_is_not_at_a_pair(tiny):
    recording = record(tiny["bert"], check_request("The cat."))
    found = resolve_nearest(recording, check_look(layer=2, pair="AB", average="heads"))
    assert found == resolve(recording, check_look())


def test_an_encoder_decoder_has_three_attentions(tiny):
    recording = record(
        tiny["marian"], check_request("The cat sat.", "The dog ran away from the cat.")
    )
    assert set(recording.stacks) == {"encoder", "decoder", "cross"}
    cross = seen(recording)
    assert cross.look.stack == "cross"
    assert cross.weights.shape == (len(cross.stack.rows), len(cross.stack.columns))
    assert cross.weights.shape[0] != cross.weights.shape[1]
    for stack in ("encoder", "decoder"):
        square = weights(recording, stack=stack)
        assert square.shape[0] == square.shape[1]
