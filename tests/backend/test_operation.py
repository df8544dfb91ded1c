"""The key changes with all that the answer depends on, and with nothing else."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest
from PIL import Image

from backend import operation
from backend.captioning.request import CaptionRequest
from backend.generation.request import check_request
from backend.models.sources import Hub
from backend.operation import Operation, key_of
from tests.backend.fakes import CPU, GPU, spec

ROW = replace(spec("small"), source=Hub("Some/Model", revision="0" * 40, download_bytes=8))
ASKED = Operation("generation", "generation.generate", check_request("Hello", seed=1))
ROWS = [(ROW, CPU)]


def test_the_same_question_has_the_same_key() -> None:
    again = Operation("generation", "generation.generate", check_request("Hello", seed="1"))
    assert key_of(ASKED, ROWS) == key_of(again, [(replace(ROW), replace(CPU))])


@pytest.mark.parametrize(
    "asked",
    [
        replace(ASKED, request=check_request("Hello", seed=2)),
        replace(ASKED, request=check_request("Hello!", seed=1)),
        replace(ASKED, request=check_request("Hello", seed=1, temperature=0.75)),
        replace(ASKED, name="generation.sample_many"),
        replace(ASKED, task="attention-decoder"),
    ],
)
def test_another_question_has_another(asked: Operation) -> None:
    assert key_of(asked, ROWS) != key_of(ASKED, ROWS)


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [(ROW, GPU)],
        [(ROW, None)],
        [(ROW, replace(CPU, dtype="bfloat16"))],
        [(replace(ROW, source=replace(ROW.source, revision="1" * 40)), CPU)],
        [(replace(ROW, id="other"), CPU)],
    ],
)
def test_other_weights_device_or_format_have_another(rows: list) -> None:
    assert key_of(ASKED, rows) != key_of(ASKED, ROWS)


def test_other_code_has_another(monkeypatch: pytest.MonkeyPatch) -> None:
    before = key_of(ASKED, ROWS)
    monkeypatch.setattr(operation, "code_version", lambda: "another")
    assert key_of(ASKED, ROWS) != before


@pytest.mark.parametrize(
    ("one", "other"),
    [(1, "1"), (1, 1.0), (1, True), (None, ""), ("a", ("a",)), (("a", ("b",)), (("a", "b"),))],
)
def test_values_that_look_alike_are_told_apart(one: object, other: object) -> None:
    keys = [key_of(replace(ASKED, request=value), ROWS) for value in (one, other)]
    assert keys[0] != keys[1]


def test_the_order_of_a_mapping_does_not_matter() -> None:
    one, other = MappingProxyType({"a": 1, "b": 2}), {"b": 2, "a": 1}
    assert key_of(replace(ASKED, request=one), ROWS) == key_of(replace(ASKED, request=other), ROWS)


def test_a_picture_has_no_key() -> None:
    request = CaptionRequest(Image.new("RGB", (2, 2)))
    with pytest.raises(TypeError, match="cannot hold a Image"):
        key_of(replace(ASKED, request=request), ROWS)


def test_the_code_has_a_version_that_stays() -> None:
    assert len(operation.code_version()) == 64
    assert operation.code_version() == operation.code_version()
