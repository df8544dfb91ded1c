"""The short form of `make fuzz`: a few bad inputs for everything that takes any."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.calls import bad_call
from tests.fuzz.endpoints import config_of, endpoints_of, send, send_page_call
from tests.fuzz.files import KINDS, handle, odd_file
from tests.fuzz.findings import Finding, tracebacks_in
from tests.fuzz.page_calls import PageCall, page_call
from tests.fuzz.visitor import Visitor

SEED = 16
CALLS, PAGE_CALLS, FILES = 8, 60, 150
# What gradio answers and logs itself, before a call comes to us.
OF_GRADIO = ("no sentence",)


def ours(findings: list[Finding]) -> list[Finding]:
    return [one for one in findings if one.kind not in OF_GRADIO]


@pytest.mark.parametrize("kind", KINDS)
def test_a_mutated_file_is_read_or_refused_with_a_sentence(kind: str, tmp_path: Path) -> None:
    found = [
        finding
        for number in range(FILES)
        for finding in handle(kind, odd_file(kind, SEED, number), f"{kind}#{number}", tmp_path)
    ]
    assert not found


@pytest.mark.slow
def test_a_bad_call_of_any_endpoint_is_answered_and_shows_nothing_of_the_server(
    visitor: Visitor,
) -> None:
    endpoints = endpoints_of(visitor)
    assert len(endpoints) >= 39
    calls = [
        bad_call(endpoint, parameters, SEED, number)
        for endpoint, parameters in endpoints.items()
        for number in range(CALLS)
    ]
    assert not ours([finding for call in calls for finding in send(visitor, call)])


def test_a_forged_page_call_is_answered_and_shows_nothing_of_the_server(visitor: Visitor) -> None:
    config = config_of(visitor)
    calls = [page_call(config, SEED, number) for number in range(PAGE_CALLS)]
    assert not ours([finding for call in calls for finding in send_page_call(visitor, call)])


def test_a_bad_call_gets_a_sentence_and_leaves_no_traceback(
    visitor: Visitor, capfd: pytest.CaptureFixture[str]
) -> None:
    found = []
    for endpoint, parameters in endpoints_of(visitor).items():
        call = bad_call(endpoint, parameters, SEED, CALLS)
        found += send(visitor, call)
        printed = "".join(capfd.readouterr())
        found += [Finding("log", call.name, trace) for trace in tracebacks_in(printed)]
    assert not found


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("call/v2/classify", {"no such parameter": 1}),
        ("queue/join", {"fn_index": 0, "data": float("nan")}),
        ("queue/join", {"fn_index": 0, "data": "\ud800"}),
        ("queue/join", {"fn_index": "\ud800", "data": []}),
        ("queue/join", {"fn_index": 3, "data": []}),
    ],
)
def test_what_gradio_itself_stumbles_over_is_refused(
    path: str, body: dict[str, object], visitor: Visitor
) -> None:
    call = PageCall("forged", "POST", path, body, queued=path == "queue/join")
    assert not send_page_call(visitor, call)


def test_the_same_seed_makes_the_same_calls_and_files(visitor: Visitor) -> None:
    parameters = endpoints_of(visitor)["/search"]
    again = [str(bad_call("/search", parameters, SEED, 3)) for _ in range(2)]
    assert again[0] == again[1] != str(bad_call("/search", parameters, SEED, 4))
    assert odd_file("zips", SEED, 3) == odd_file("zips", SEED, 3) != odd_file("zips", SEED, 4)
