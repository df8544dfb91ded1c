"""What a result holds in memory, as it is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from backend.object_size import parts_of


@dataclass(frozen=True)
class Result:
    data: Any

    @cached_property
    def more(self) -> np.ndarray:
        return np.zeros(5000, np.uint8)


def size(data: object) -> int:
    return sum(parts_of(Result(data)).values())


@pytest.mark.parametrize(
    ("data", "least"),
    [
        (np.zeros((100, 100), np.float32), 40_000),
        (torch.zeros(100, 100), 40_000),
        (torch.zeros(100, 100)[0], 40_000),  # a view keeps the whole
        (np.zeros((100, 100), np.float32)[:1], 40_000),
        (Image.new("RGB", (100, 100)), 30_000),
        (Image.new("F", (100, 100)), 40_000),
        (b"x" * 40_000, 40_000),
        ("x" * 40_000, 40_000),
        ([{"a": (np.zeros(40_000, np.uint8),)}], 40_000),
    ],
)
def test_data_counts_with_its_bytes_and_little_more(data: object, least: int) -> None:
    assert least <= size(data) <= least + 1500


def test_what_occurs_twice_counts_once() -> None:
    data = np.zeros(40_000, np.uint8)
    assert size((data, data, data[:10])) < 42_000
    tensor = torch.zeros(10_000)
    assert size((tensor, tensor[:5], tensor.view(100, 100))) < 42_000


def test_a_dataclass_with_slots_counts_with_what_it_holds() -> None:
    @dataclass(frozen=True, slots=True)
    class Slim:
        data: bytes

    assert size(Slim(b"x" * 40_000)) >= 40_000


def test_many_small_objects_add_up() -> None:
    assert size([float(n) for n in range(1000)]) > 24_000


def test_a_cached_property_counts_once_it_is_there() -> None:
    result = Result(None)
    before = sum(parts_of(result).values())
    _ = result.more
    assert sum(parts_of(result).values()) >= before + 5000


def test_a_model_that_is_referred_to_is_not_walked_through() -> None:
    class Tokenizer:
        def __init__(self) -> None:
            self.words = ["x" * 1000 for _ in range(1000)]

    assert size(Tokenizer()) < 1000
