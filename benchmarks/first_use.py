"""What the first visitor of each tab waits for: a fresh app is asked one example, at once and after
the page has been read for a while.

What a machine makes once (`backend.prepare`) is there. A line is what the page shows first; the
answer is the whole one, less for text: there it is the first token.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator
from typing import Any

import httpx
from gradio_client import Client

from backend import prepare
from benchmarks.memory import TEXT, Call, picture
from benchmarks.table import show
from tests.serving import serving

READING = 20.0  # seconds that a visitor looks at the page before the first click
FIRST: dict[str, Call] = {
    "attention": lambda app: app.predict(TEXT, api_name="/attention"),
    "generation": lambda app: next(
        part for part in app.submit(TEXT, api_name="/generate") if part["text"]
    ),
    "classification": lambda app: app.predict(TEXT, api_name="/classify"),
    "image_search": lambda app: app.predict("a big cat", api_name="/search"),
    "text_to_image": lambda app: app.predict("a red car", seed=1, api_name="/draw"),
    "captioning": lambda app: app.predict(picture(), api_name="/caption"),
}


def main() -> None:
    print("First use of each tab after a start (bars: within 3 s, first token within 2 s)")
    prepare.in_a_process_of_its_own()
    for tab, call in FIRST.items():
        show(f"{tab}, asked at once", [first(tab, call, 0.0)], "s")
        show(f"... after {READING:.0f} s of reading", [first(tab, call, READING)], "s")


def first(tab: str, call: Call, reading: float) -> float:
    """Seconds of the first call to a fresh app whose page was opened `reading` seconds before."""
    with serving("--models", "bundled") as address:
        client = Client(address, verbose=False)
        if reading:
            open_page(address, tab)
            time.sleep(reading)
        begun = time.perf_counter()
        call(client)
        return time.perf_counter() - begun


def open_page(address: str, tab: str) -> None:
    """What the browser tells the server when the page has opened on this tab."""
    with httpx.Client(base_url=f"{address}gradio_api/", timeout=60) as http:
        parts = http.get(f"{address}config").json()["dependencies"]
        [load] = [part for part in parts if _is_of_opening(part)]
        who, nothing_said = secrets.token_hex(6), [""] * len(load["inputs"])
        call = {"data": nothing_said, "fn_index": load["id"], "session_hash": who}
        http.post("queue/join", params={"tab": tab}, json=call).raise_for_status()
        for message in _messages(http, who):
            if message["msg"] == "process_completed":
                assert message["success"]
                return


def _is_of_opening(part: dict[str, Any]) -> bool:
    return any(event == "load" for _, event in part["targets"]) and part["backend_fn"]


def _messages(http: httpx.Client, who: str) -> Iterator[dict[str, Any]]:
    with http.stream("GET", "queue/data", params={"session_hash": who}) as lines:
        for line in lines.iter_lines():
            if line.startswith("data:"):
                yield json.loads(line[5:])
