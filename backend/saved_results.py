"""Finished answers to questions that anybody may ask again, in memory; the least recently used go
first. A store on disk, for the answers that come with the app, has the same two methods."""

from __future__ import annotations

import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from backend.object_size import Parts, parts_of


@dataclass(frozen=True)
class Saved:
    """The last update of a run, which is its whole result, and what it weighs."""

    result: Any
    made_at: float
    parts: Parts

    def aged(self, now: float) -> Any:
        """The result; its run card says how old it is."""
        card = getattr(self.result, "card", None)
        if card is None:
            return self.result
        return replace(self.result, card=card.aged(now - self.made_at))


class SavedResults:
    """Results by key; safe with several threads. What several of them share counts once."""

    def __init__(self, max_bytes: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._max_bytes, self._clock = max_bytes, clock
        self._lock = threading.RLock()  # the collector may end a run in the middle of any line
        self._saved: OrderedDict[str, Saved] = OrderedDict()  # least recently used first
        self._users: Counter[int] = Counter()  # results that hold a part, by its id
        self.nbytes = 0

    def get(self, key: str) -> Any | None:
        """The result for this key, marked with its age; None if there is none."""
        with self._lock:
            saved = self._saved.get(key)
            if saved is None:
                return None
            self._saved.move_to_end(key)
        return saved.aged(self._clock())

    def put(self, key: str, result: Any) -> None:
        """Keep a result from now on. One that is larger than all the room there is, is not kept.

        A result may have a `lean` form, without what can be computed again: that one is kept.
        """
        result = result.lean() if hasattr(result, "lean") else result
        parts = parts_of(result)
        if sum(parts.values()) > self._max_bytes:
            return
        with self._lock:
            self._drop(key)
            self._saved[key] = Saved(result, self._clock(), parts)
            self.nbytes += sum(size for part, size in parts.items() if part not in self._users)
            self._users.update(parts.keys())
            while self.nbytes > self._max_bytes:
                self._drop(next(iter(self._saved)))

    def _drop(self, key: str) -> None:
        saved = self._saved.pop(key, None)
        for part, size in saved.parts.items() if saved else ():
            self._users[part] -= 1
            if not self._users[part]:
                del self._users[part]
                self.nbytes -= size
