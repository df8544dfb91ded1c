"""The page's own calls, forged: wrong handlers, nonsense for their fields, and side doors."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.fuzz.values import NUMBERS, TEXTS, bad_value

SIDE_DOORS = (
    "run/predict", "api/predict", "run/stop", "call/stop", "call/nothing", "call/v2/classify",
    "component_server", "cancel", "reset", "process_recording", "stream/x", "stream/x/close",
    "upload", "login", "vibe-code",
)  # fmt: skip
PAGES = (
    "file=/etc/passwd", "file=../app.py", "file=app.py", "file=%00", "file=backend/jobs.py",
    "proxy=http://127.0.0.1:1/", "queue/data", "queue/data?session_hash=nobody",
    "call/classify/nothing", "info", "app_id", "token", "user", "upload_progress?upload_id=x",
    "heartbeat", "runs", "stream/a/b/c/playlist.m3u8", "file/etc/passwd", "vibe-code",
)  # fmt: skip


@dataclass(frozen=True)
class PageCall:
    """One forged request. `queued` ones are followed to their end."""

    name: str
    method: str
    path: str
    body: dict[str, Any] | None = None
    queued: bool = False
    about: str = field(default="", compare=False)


def page_call(config: dict[str, Any], seed: int, number: int) -> PageCall:
    """The forged request of that number, for a page with this configuration."""
    chance = Random(f"{seed}/page/{number}")
    name, dice = f"page#{number}", chance.random()
    if dice < 0.1:
        return PageCall(name, chance.choice(("GET", "HEAD", "DELETE")), chance.choice(PAGES))
    if dice < 0.25:
        return PageCall(name, "POST", chance.choice(SIDE_DOORS), _odd_body(chance))
    if dice < 0.3:
        body = {"fn_index": chance.choice((*NUMBERS, *TEXTS[:6])), "data": bad_value(chance)}
        return PageCall(name, "POST", "queue/join", body, queued=True)
    if dice < 0.4:
        return PageCall(name, "POST", "component_server", _server_function(config, chance))
    return _handler_call(config, chance, name)


def _handler_call(config: dict[str, Any], chance: Random, name: str) -> PageCall:
    """A real handler: the page's own values for its fields, but for one or a few of them."""
    handler = chance.choice([one for one in config["dependencies"] if one["backend_fn"]])
    shown = {one["id"]: one["props"].get("value") for one in config["components"]}
    data = [shown.get(field) for field in handler["inputs"]]
    for place in chance.sample(range(len(data)), min(len(data), chance.choice((1, 2, 99)))):
        data[place] = bad_value(chance)
    if chance.random() < 0.1:
        data = data[: chance.randrange(len(data) + 1)]
    body = {"fn_index": handler["id"], "data": data, "event_data": bad_value(chance)}
    body["trigger_id"] = chance.choice((None, None, 0, -1, 10**9))
    return PageCall(name, "POST", "queue/join", body, queued=True, about=str(handler["targets"]))


def _server_function(config: dict[str, Any], chance: Random) -> dict[str, Any]:
    """A function that a stage calls past the queue, with nonsense for what it wants to know."""
    stages = [one for one in config["components"] if one["props"].get("server_fns")]
    stage = chance.choice(stages)
    names = ("key", "look", "format", "panel", "every", "q", "k", "v", "causal", "token", "head")
    asked = {name: bad_value(chance) for name in chance.sample(names, chance.randint(0, 6))}
    known = chance.random() < 0.9
    return {
        "component_id": stage["id"] if known else bad_value(chance),
        "fn_name": chance.choice(stage["props"]["server_fns"]) if known else bad_value(chance),
        "data": asked if chance.random() < 0.8 else bad_value(chance),
        "session_hash": "fuzz",
    }


def _odd_body(chance: Random) -> dict[str, Any]:
    names = ("data", "fn_index", "session_hash", "event_id", "component_id", "fn_name", "api_name")
    return {name: bad_value(chance) for name in chance.sample(names, chance.randint(1, 6))}
