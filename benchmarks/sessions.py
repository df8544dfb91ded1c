"""What a new session costs: seconds, and bytes that stay while the server keeps it."""

from __future__ import annotations

import gc
import secrets
import time

import httpx
import psutil

from backend import Backend
from benchmarks.table import show
from demos import TABS
from demos.page import MAX_SESSIONS
from tests.serving import launched

SESSIONS = MAX_SESSIONS + 100  # more than are kept: the last hundred should add nothing


def main() -> None:
    print(f"Sessions (at most {MAX_SESSIONS} are kept)")
    with launched(Backend("bundled"), TABS) as address, httpx.Client(timeout=60) as client:
        begun = [(time.perf_counter(), resident())]
        for number in range(SESSIONS):
            visit(client, address)
            if number + 1 in (MAX_SESSIONS, SESSIONS):
                begun.append((time.perf_counter(), resident()))
    (start, before), (filled, full), (_, after) = begun
    show("a new session", [(filled - start) / MAX_SESSIONS], "s")
    show("... keeps", [(full - before) / MAX_SESSIONS / 1e6], "MB")
    show("all that are kept (bar: under 300)", [(full - before) / 1e6], "MB")
    show("a hundred more", [(after - full) / 1e6], "MB")


def visit(client: httpx.Client, address: str) -> None:
    """A call from a client that nobody has seen before."""
    asked = {"data": [], "session_hash": secrets.token_hex(6)}
    event = client.post(f"{address}gradio_api/call/stop", json=asked).json()["event_id"]
    client.get(f"{address}gradio_api/call/stop/{event}").raise_for_status()


def resident() -> int:
    gc.collect()
    return psutil.Process().memory_info().rss
