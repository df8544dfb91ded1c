"""What is kept for the visitors who are here: one result a visitor, the least recently used let go.

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


class Results(Generic[R]):
    """Results by key; safe with several threads."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[str, R]] = OrderedDict()

    def keep(self, visitor: str, result: R) -> str:
        """Keep the visitor's result in place of their last one; its key."""
        key = secrets.token_urlsafe(16)
        with self._lock:
            self._drop(visitor)
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

    def _drop(self, visitor: str) -> None:
        for key in [key for key, (owner, _) in self._kept.items() if owner == visitor]:
            del self._kept[key]

    def _bytes(self) -> int:
        return sum(result.nbytes for _, result in self._kept.values())
