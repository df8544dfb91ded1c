"""Matrices quantized to int8 with one scale a row."""

from __future__ import annotations

import torch

from backend.models.quantized_rows import LARGEST, SCALES, dequantize_all, quantize


def test_each_row_is_as_near_as_half_a_step_of_its_own_scale():
    matrix = torch.randn(6, 40) * torch.logspace(-3, 3, 6)[:, None]
    numbers, scales = quantize(matrix)
    assert numbers.dtype == torch.int8 and numbers.abs().max() == LARGEST
    made = dequantize_all({"own": numbers, "own" + SCALES: scales})["own"]
    assert ((made - matrix).abs() <= scales[:, None] / 2 * 1.001).all()


def test_a_row_of_zeros_stays_zero():
    numbers, scales = quantize(torch.zeros(2, 4))
    made = dequantize_all({"own": numbers, "own" + SCALES: scales})
    assert torch.equal(made["own"], torch.zeros(2, 4))


def test_quantizing_what_was_quantized_changes_nothing():
    numbers, scales = quantize(torch.randn(5, 64))
    again = quantize(dequantize_all({"own": numbers, "own" + SCALES: scales})["own"])
    assert torch.equal(again[0], numbers)


def test_what_is_not_quantized_stays_as_it_is():
    state = {"bias": torch.ones(3), "own": torch.ones(1, 2, dtype=torch.int8)}
    made = dequantize_all(state | {"own" + SCALES: torch.tensor([0.5])})
    assert sorted(made) == ["bias", "own"]
    assert torch.equal(made["bias"], torch.ones(3))
    assert made["own"].tolist() == [[0.5, 0.5]]
