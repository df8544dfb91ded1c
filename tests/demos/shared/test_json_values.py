"""Values are counted without parsing, whatever stands in the texts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from demos.shared.json_values import has_more_values

CALLS: tuple[Any, ...] = (
    [1, 2, [3, 4, 5]],
    {"a": 1, "b": [{"c": 2, "d": [3]}], "e": {"f": "g"}},
    ["a, b", 'c", "d', "\\", '\\", [1, 2', "{[,", "\\\\", "e"],
    [["a", '"'] for _ in range(10)],
    ['","'] * 8,
    "a, b, c, d, e, f, g",
)


def inside(value: Any) -> int:
    """How many values a look at each finds within this one."""
    if not isinstance(value, list | dict):
        return 0
    those = list(value.values() if isinstance(value, dict) else value)
    return len(those) + sum(map(inside, those))


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("ascii_only", [True, False])
def test_there_are_as_many_as_parsing_finds(call: Any, ascii_only: bool) -> None:
    data = json.dumps(["猫", call], ensure_ascii=ascii_only).encode()
    count = inside(["猫", call])
    assert has_more_values(data, count - 1) and not has_more_values(data, count)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32-le"])
def test_other_encodings_hide_nothing(encoding: str) -> None:
    data = json.dumps(["∢", *range(100), "∢"], ensure_ascii=False).encode(encoding)
    assert has_more_values(data, 50)


def test_an_object_of_many_names_has_as_many_values() -> None:
    data = json.dumps({str(n): n for n in range(100)}).encode()
    assert has_more_values(data, 99) and not has_more_values(data, 101)
