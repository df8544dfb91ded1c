"""Packed numbers stand for the values that ggml gives them."""

from types import SimpleNamespace

import numpy as np
import pytest
from gguf import GGMLQuantizationType as Kind
from gguf.quants import dequantize, quantize

from backend.models.llama.blocks import above, packed


def tensor(values, kind):
    data = quantize(np.asarray(values, dtype=np.float32), Kind[kind])
    return SimpleNamespace(name="weights", data=data, tensor_type=Kind[kind])


@pytest.mark.parametrize("kind", ["Q4_1", "Q8_0"])
def test_the_weights_are_those_of_ggmls_own_definition(kind):
    given = tensor(np.random.default_rng(0).normal(size=(7, 96)), kind)
    np.testing.assert_allclose(
        packed(given).weights(), dequantize(given.data, given.tensor_type), atol=1e-6
    )


def test_a_block_of_equal_numbers_has_no_step_and_keeps_its_value():
    values = np.concatenate([np.full((2, 32), 0.25), np.zeros((2, 32))], axis=1)
    np.testing.assert_array_equal(packed(tensor(values, "Q4_1")).weights(), values)


def test_the_zero_is_not_rounded_to_a_whole_step():
    zero = packed(tensor(np.random.default_rng(1).normal(size=(3, 32)), "Q4_1")).zero
    assert np.abs(zero - zero.round()).max() > 0.05


def test_rows_can_be_put_in_another_order():
    given = packed(tensor(np.random.default_rng(2).normal(size=(4, 64)), "Q4_1"))
    order = np.array([2, 0, 3, 1])
    np.testing.assert_array_equal(given.reordered(order).weights(), given.weights()[order])


@pytest.mark.parametrize("kind", ["Q4_1", "Q8_0"])
def test_two_matrices_become_one(kind):
    values = np.random.default_rng(3).normal(size=(2, 5, 64))
    first, second = (packed(tensor(half, kind)) for half in values)
    both = np.concatenate([first.weights(), second.weights()])
    np.testing.assert_array_equal(above(first, second).weights(), both)


def test_matrices_that_are_packed_differently_stay_two():
    first, second = (packed(tensor(np.eye(3, 32), kind)) for kind in ("Q4_1", "Q8_0"))
    with pytest.raises(ValueError, match="packed alike"):
        above(first, second)


def test_another_packing_is_named_in_the_error():
    with pytest.raises(ValueError, match="weights is packed as Q5_1; this reader knows Q4_1"):
        packed(tensor(np.zeros((1, 32)), "Q5_1"))
