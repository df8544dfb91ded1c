"""`--mcp`: the endpoints as an assistant sees them, over the protocol itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import httpx
import pytest

from tests.serving import serving

pytestmark = pytest.mark.skipif(
    find_spec("mcp") is None, reason="requirements-mcp.txt is not installed"
)
TYPES = {"accept": "application/json, text/event-stream"}
MAIN = {
    "attention": ["text"],
    "generate": ["prompt"],
    "classify": ["text"],
    "search": [],
    "draw": ["prompt"],
    "caption": ["image"],
}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving("--models", "bundled", "--mcp") as address:
        yield f"{address}gradio_api/mcp/"


def asked(address: str, method: str, **parameters: Any) -> Any:
    """The result of one request."""
    question = {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}
    answer = httpx.post(address, json=question, headers=TYPES, timeout=120)
    [line] = [line for line in answer.text.splitlines() if line.startswith("data: ")]
    return json.loads(line.removeprefix("data: "))["result"]


def test_every_tool_says_what_it_does_and_a_tabs_plain_one_needs_its_main_input(
    address: str,
) -> None:
    tools = {tool["name"]: tool for tool in asked(address, "tools/list")["tools"]}
    assert not [name for name, tool in tools.items() if not tool["description"]]
    for name, needed in MAIN.items():
        schema = tools[name]["inputSchema"]
        assert schema.get("required", []) == needed
        assert "request" not in schema["properties"]


@pytest.mark.slow
def test_a_tool_answers_as_its_endpoint_does(address: str) -> None:
    found = asked(address, "tools/call", name="classify", arguments={"text": "What a lovely day"})
    assert not found["isError"] and "'label': 'joy'" in found["content"][0]["text"]


def test_a_tools_error_is_the_sentence(address: str) -> None:
    found = asked(address, "tools/call", name="classify", arguments={"text": " "})
    assert found["isError"] and found["content"][0]["text"].startswith("The text is empty.")
