"""Calls without a client: plain HTTP with the main input alone, and what is no call at all."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from backend import Backend
from demos.attention import tab as attention
from demos.classification import tab as classification
from demos.shared.handlers import RUNS
from tests.serving import launched


@pytest.fixture(scope="module")
def address(backend: Backend) -> Iterator[str]:
    """A server of its own, which nobody has called before."""
    with launched(backend, [attention, classification]) as running:
        yield running


def call(address: str, name: str, values: list[object]) -> str:
    """The last event of a call."""
    url = f"{address}gradio_api/call/{name}"
    event = httpx.post(url, json={"data": values}).json()["event_id"]
    return httpx.get(f"{url}/{event}", timeout=60).text.strip().rpartition("event: ")[2]


def test_left_out_values_are_the_defaults(address: str) -> None:
    answer = call(address, "attention_positions", [])
    assert answer.startswith("complete") and answer == call(address, "attention_positions", [64])


@pytest.mark.slow
def test_calls_whose_answers_nobody_fetches_keep_no_worker(address: str) -> None:
    url = f"{address}gradio_api/call/attention_positions"
    for _ in range(RUNS["concurrency_limit"] + 6):
        assert httpx.post(url, json={"data": []}, timeout=60).status_code == 200
    assert call(address, "attention_positions", []).startswith("complete")


def test_a_value_that_is_needed_is_named(address: str) -> None:
    assert "these are missing: text" in call(address, "classify", [])


def test_an_endpoint_that_is_not_there_is_a_sentence(address: str) -> None:
    answer = httpx.post(f"{address}gradio_api/call/nothing", json={"data": []})
    assert answer.status_code == 400 and "not what is expected" in answer.json()["detail"]


def test_an_answer_that_is_not_there_is_a_sentence(address: str) -> None:
    answer = httpx.get(f"{address}gradio_api/call/classify/nothing", timeout=60)
    assert answer.text.startswith("event: error") and "not here" in answer.text


def test_a_request_that_is_too_large_is_refused(address: str) -> None:
    answer = httpx.post(f"{address}gradio_api/call/teach", content=b" " * 10_000_001)
    assert answer.status_code == 413 and "larger than 10 MB" in answer.json()["detail"]
