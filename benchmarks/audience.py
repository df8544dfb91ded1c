"""An audience at once: rooms of visitors ask the app for text, each with a question of their own,
while two more do short work. All through plain HTTP, from another process, as a browser would.

Beside it, in the same run: one visitor alone, and transformers' `generate` on the same weights,
which a plain server would call for one question after the other.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from backend.heap import SECONDS
from benchmarks.generation import bare_generate, load_bare
from benchmarks.table import show, show_ratio
from tests.serving import RunningApp, running

ROOMS = (1, 8, 32, 64)
TOKENS = 64
MIXED, WARM = 1000, 100  # requests, and of these before memory is looked at
AT_ONCE = 8  # of the mixed requests
LONG = 8000  # tokens of a prompt, in ten to a sentence
TOPICS = (
    "rain", "snow", "bread", "cats", "dogs", "clocks", "trains", "ships", "maps", "ink", "salt",
    "glass", "paper", "trees", "bees", "stars", "moon", "tides", "wind", "sand", "soup", "tea",
    "chess", "drums", "bells", "kites", "lamps", "stairs", "doors", "soap", "wool", "honey",
)  # fmt: skip
SHORT: dict[str, Callable[[int], list[Any]]] = {
    "classify": lambda number: [f"Day {number} was wonderful", "sentiment-expert"],
    "search": lambda number: [f"{TOPICS[number % len(TOPICS)]} in picture {number}"],
}


@dataclass(frozen=True)
class Asked:
    """One answer, in seconds since it was asked for."""

    first: float
    end: float
    tokens: int


@dataclass(frozen=True)
class Room:
    """What a room of visitors saw, and those who did short work meanwhile."""

    answers: list[Asked]
    short: dict[str, list[float]]
    seconds: float

    @property
    def rate(self) -> float:
        """Tokens per second of all together."""
        return sum(answer.tokens for answer in self.answers) / self.seconds


def main() -> None:
    print(f"An audience at once, {TOKENS} tokens for each visitor")
    with TemporaryDirectory() as folder, running(Path(folder), "--models", "bundled") as app:
        asyncio.run(_with_app(app))
    lm = load_bare()
    bare_generate(lm)
    rate, _ = bare_generate(lm)
    show("transformers' generate, one after another", [rate], "tokens/s")


async def _with_app(app: RunningApp) -> None:
    async with httpx.AsyncClient(base_url=app.address, timeout=600) as client:
        await _warm_up(client)
        rooms = {size: await fill(client, size) for size in ROOMS}
        for size, room in rooms.items():
            _show(size, room)
        show_ratio("32 visitors' tokens/s beside one's", rooms[32].rate / rooms[1].rate, "over 6")
        await _mixed(client, app)
        await _beside_a_long_prompt(client)  # after it: what a long prompt leaves goes with time


def _show(size: int, room: Room) -> None:
    print(f"  {size} visitor{'s' if size > 1 else ''}")
    show("first token (bar for 32: median 2, last 4)", [one.first for one in room.answers], "s")
    show("whole answer", [one.end for one in room.answers], "s")
    show("all together", [room.rate], "tokens/s")
    for name, seconds in room.short.items():
        show(f"/{name} meanwhile (bar: median 0.5, worst 1)", seconds, "s")


async def _warm_up(client: httpx.AsyncClient) -> None:
    for number, (name, arguments) in itertools.product((-2, -1), SHORT.items()):
        await last_of(client, name, arguments(number))
    for _ in range(2):
        await generate(client, 0)


async def fill(client: httpx.AsyncClient, size: int) -> Room:
    """All ask at once; two others do short work until the last has its answer."""
    over = asyncio.Event()
    others = [asyncio.create_task(_short_work(client, name, over)) for name in SHORT]
    begun = time.perf_counter()
    answers = await asyncio.gather(*(generate(client, number) for number in range(size)))
    seconds = time.perf_counter() - begun
    over.set()
    took = await asyncio.gather(*others)
    return Room(answers, dict(zip(SHORT, took, strict=True)), seconds)


async def _short_work(client: httpx.AsyncClient, name: str, over: asyncio.Event) -> list[float]:
    """Seconds of one small request after another, each a new one, with a breath in between."""
    seconds: list[float] = []
    while not over.is_set():
        await asyncio.sleep(0.2)
        begun = time.perf_counter()
        await last_of(client, name, SHORT[name](secrets.randbelow(10**6)))
        seconds.append(time.perf_counter() - begun)
    return seconds


async def generate(client: httpx.AsyncClient, number: int, text: str = "") -> Asked:
    """A visitor's question; no two ask the same, so that nothing comes from a saved result. `text`:
    what to ask, in place of one of ours."""
    topic = TOPICS[number % len(TOPICS)]
    why = " and why people like it so much" if number % 3 == 0 else ""
    prompt, seed = text or f"Tell me about {topic}{why}.", secrets.randbelow(10**6)
    options = ["chat", "", None, "", "sampling", 0.7, 50, 0.9, 1.1, TOKENS, seed]
    begun = time.perf_counter()
    first, last = None, {}
    async for value in results_of(client, "generate", [prompt, *options]):
        if value and value.get("text") and first is None:
            first = time.perf_counter() - begun
        last = value
    end = time.perf_counter() - begun
    return Asked(first or end, end, last["run"]["answer_tokens"])


async def last_of(client: httpx.AsyncClient, name: str, arguments: list[Any]) -> Any:
    last = None
    async for value in results_of(client, name, arguments):
        last = value
    return last


async def results_of(
    client: httpx.AsyncClient, name: str, arguments: list[Any]
) -> AsyncIterator[Any]:
    """What a new visitor's call of an endpoint sends, as it comes. RuntimeError for an error."""
    asked = {"data": arguments, "session_hash": secrets.token_hex(6)}
    answer = await client.post(f"gradio_api/call/{name}", json=asked)
    event = answer.raise_for_status().json()["event_id"]
    async with client.stream("GET", f"gradio_api/call/{name}/{event}") as stream:
        kind = ""
        async for line in stream.aiter_lines():
            if line.startswith("event: "):
                kind = line.removeprefix("event: ")
            elif line.startswith("data: ") and kind == "error":
                raise RuntimeError(f"/{name} answered {line}")
            elif line.startswith("data: ") and kind in ("generating", "complete"):
                yield (json.loads(line.removeprefix("data: ")) or [None])[0]


async def _beside_a_long_prompt(client: httpx.AsyncClient) -> None:
    """31 short questions while the model reads a prompt of nearly all that it can take."""
    text = "The quick brown fox jumps over the lazy dog. " * (LONG // 10)
    long = asyncio.create_task(generate(client, 0, text))
    await asyncio.sleep(2)
    room = await fill(client, 31)
    print(f"  31 visitors beside a prompt of {LONG} tokens")
    show("first token", [one.first for one in room.answers], "s")
    show("all together", [room.rate], "tokens/s")
    show("first token of the long one", [(await long).first], "s")


async def _mixed(client: httpx.AsyncClient, app: RunningApp) -> None:
    """Many requests of all kinds: memory after the first of them, and at the end. While requests
    run it goes up and down by tens of MB; at rest stands what is held."""
    busy, rest = {}, {}
    for first, last in ((0, WARM), (WARM, MIXED)):
        await _requests(client, first, last)
        busy[last] = app.process.memory_info().rss / 1e6
        await asyncio.sleep(SECONDS + 2)  # what was freed is given back
        rest[last] = app.process.memory_info().rss / 1e6
    show(f"memory after {WARM} mixed requests", [rest[WARM]], "MB")
    show(f"... and {MIXED - WARM} more add (bar: 50)", [rest[MIXED] - rest[WARM]], "MB")
    show("... read as the last answer comes", [busy[MIXED] - busy[WARM]], "MB")


async def _requests(client: httpx.AsyncClient, first: int, last: int) -> None:
    """A few at once, each of another kind than the one before."""
    works: list[Callable[[int], Awaitable[Any]]] = [
        *(lambda number, name=name: last_of(client, name, SHORT[name](number)) for name in SHORT),
        lambda number: last_of(client, "generate", [f"Say {number}", *_eight_tokens(number)]),
    ]
    numbers = iter(range(first, last))

    async def visitor() -> None:
        for number in numbers:
            await works[number % len(works)](number)

    await asyncio.gather(*(visitor() for _ in range(AT_ONCE)))


def _eight_tokens(seed: int) -> list[Any]:
    return ["chat", "", None, "", "sampling", 0.7, 50, 0.9, 1.1, 8, seed]
