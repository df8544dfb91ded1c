"""What is kept for the visitors who are here: a visitor's last result, or a few that belong
together; the least recently used are let go.

A result is found by its key, a secret that only its visitor's page knows.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from typing import Generic, Protocol, TypeVar

from backend.errors import InputError


class Sized(Protocol):
    """Anything that knows its memory, in bytes."""

    @property
    def nbytes(self) -> int: ...


R = TypeVar("R", bound=Sized)
MAX_BYTES = 2_000_000_000  # of all visitors together
MAX_PER_VISITOR = 12  # results of one visitor


class KeptResults(Generic[R]):
    """Results by key; safe with several threads."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[str, R]] = OrderedDict()

    def keep(self, visitor: str, result: R, beside: bool = False, key: str = "") -> str:
        """Keep the visitor's result in place of what they had, or `beside` it; its key, a new one
        unless another store's is given."""
        key = key or secrets.token_urlsafe(16)
        with self._lock:
            self._drop(visitor, leave=MAX_PER_VISITOR - 1 if beside else 0)
            self._kept[key] = (visitor, result)
            while len(self._kept) > 1 and self._bytes() > self._max_bytes:
                self._kept.popitem(last=False)
        return key

    def get(self, key: object) -> R:
        """The result; InputError if it was let go."""
        with self._lock:
            if not isinstance(key, str) or key not in self._kept:
                raise InputError("result_gone")
            self._kept.move_to_end(key)
            return self._kept[key][1]

    def forget(self, visitor: str) -> None:
        """The visitor left."""
        with self._lock:
            self._drop(visitor)

    def let_go(self, key: str) -> None:
        """A result that nobody will ask for again."""
        with self._lock:
            self._kept.pop(key, None)

    def _drop(self, visitor: str, leave: int = 0) -> None:
        """Let go of the visitor's results but for the `leave` that were used last."""
        keys = [key for key, (owner, _) in self._kept.items() if owner == visitor]
        for key in keys[: max(0, len(keys) - leave)]:
            del self._kept[key]

    def _bytes(self) -> int:
        """What several visitors have of one run counts once."""
        return sum({id(result): result.nbytes for _, result in self._kept.values()}.values())
