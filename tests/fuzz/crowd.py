"""Visitors with mixed work: most wait for their answers, one in five leaves in the middle."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx

from tests.fuzz.calls import PICTURE
from tests.fuzz.findings import Finding
from tests.fuzz.judge import judged
from tests.fuzz.ledger import ABSENT, Ledger
from tests.fuzz.originals import zip_of
from tests.fuzz.values import FILE_TYPE, as_json
from tests.fuzz.visitor import Answer, Visitor

PATIENCE = 240.0  # seconds; longer than the server lets anybody wait for the device
LEAVERS = 0.2  # of all calls
COLLECTORS = 8  # visitors who keep collections
KEPT = 5  # collections of each of them
WORK: tuple[tuple[str, list[Any]], ...] = (
    ("/classify", ["A lovely day.", "sentiment-expert"]),
    ("/classify", ["What a dreadful film.", "auto"]),
    ("/explain", ["A lovely day.", "sentiment-expert"]),
    ("/zero_shot", ["The cat sleeps.", ["animals", "politics"]]),
    ("/attention", ["The cat sat on the mat."]),
    ("/attention_by_hand", [[[1.0, 0.0]], [[1.0, 0.0]], [[1.0, 2.0]]]),
    ("/score", ["The quick brown fox jumps over the lazy dog."]),
    ("/generate", ["Name three colours."]),
    ("/search", ["red car"]),
    ("/search_map", ["cat + dog"]),
    ("/caption", [PICTURE]),
    ("/caption_fit", [PICTURE, ["a banana", "a dog"]]),
    ("/draw", ["a red cat"]),
    ("/teach", [[["good", "x"], ["bad", "y"], ["fine", "x"], ["awful", "y"]]]),
)


@dataclass
class Place:
    """Where the server is now; its number grows with each restart, and is -1 while it is down."""

    address: str = ""
    number: int = -1


@dataclass
class Crowd:
    """All visitors; `over` tells them to go."""

    place: Place
    seed: int
    defaults: Callable[[str, list[Any]], list[Any]]
    over: threading.Event = field(default_factory=threading.Event)
    done: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    ledgers: list[Ledger] = field(default_factory=list)

    def start(self, count: int) -> list[threading.Thread]:
        self.ledgers = [Ledger(f"soaksoaksoak{self.seed:04}{n:02}") for n in range(COLLECTORS)]
        threads = [
            threading.Thread(target=self._visit, args=(n,), daemon=True) for n in range(count)
        ]
        for thread in threads:
            thread.start()
        return threads

    def _visit(self, number: int) -> None:
        chance, turn = Random(f"{self.seed}/visitor/{number}"), 0
        while not self.over.is_set():
            place = self.place.number
            if place < 0:
                time.sleep(0.2)
                continue
            visitor = Visitor(self.place.address, PATIENCE)  # a new page
            try:
                while (
                    self.place.number == place and not self.over.is_set() and chance.random() < 0.9
                ):
                    turn += 1
                    self._do(visitor, number, turn, chance)
            except httpx.HTTPError as error:
                self._note(place, [Finding("refused", f"visitor {number}", repr(error))])

    def _do(self, visitor: Visitor, number: int, turn: int, chance: Random) -> None:
        if number < COLLECTORS and chance.random() < 0.5:
            self._collect(visitor, self.ledgers[number], f"album {turn}", chance)
            return
        endpoint, data = chance.choice(WORK)
        self._call(visitor, endpoint, visitor.with_uploads(data), chance)

    def _call(self, visitor: Visitor, endpoint: str, data: list[Any], chance: Random) -> bool:
        """Call; True if the answer came and was a good one."""
        place, data = self.place.number, self.defaults(endpoint, data)
        if chance.random() < LEAVERS:
            visitor.leave_early(endpoint, data, chance.uniform(0.05, 3))
            self.done["left in the middle"] += 1
            return False
        answer = visitor.call(endpoint, data)
        self.done[f"{endpoint} {'answered' if answer.succeeded else 'refused'}"] += 1
        self._note(place, _problems(endpoint, answer, data))
        return answer.succeeded

    def _collect(self, visitor: Visitor, ledger: Ledger, name: str, chance: Random) -> None:
        """Make a collection of two new pictures; the oldest goes when there are many."""
        if len(ledger.names()) >= KEPT:
            oldest = ledger.names()[0]
            ledger.removing(oldest)
            if self._call(visitor, "/search_remove", [oldest, ledger.key], chance):
                ledger.done(oldest, ABSENT)
            return
        path = visitor.upload("album.zip", zip_of(("cat.png", f"{chance.random()}.png")))
        file = {"path": path, "orig_name": "album.zip", "meta": FILE_TYPE}
        ledger.adding(name, 2)
        if self._call(visitor, "/search_index", [name, [file], ledger.key], chance):
            ledger.done(name, 2)

    def _note(self, place: int, findings: list[Finding]) -> None:
        """What was found, unless the server was killed meanwhile."""
        if self.place.number == place:
            self.findings += findings


def _problems(endpoint: str, answer: Answer, data: list[Any]) -> list[Finding]:
    return judged(endpoint, answer, as_json(data), PATIENCE + 20)
