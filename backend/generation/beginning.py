"""The beginning that the prompts of many have in common, such as a chat's system message: read once
for all of them. Two thirds of a short question to the bundled model are that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import takewhile

from torch import Tensor

from backend.models.kv_cache import KVCache
from backend.models.reader import CausalReader

LEAST, MOST = 16, 128  # tokens: fewer save nothing; all others wait while more are read


class Beginning:
    """What was read last of a beginning of several prompts."""

    def __init__(self, make_reader: Callable[[], CausalReader]) -> None:
        self._make_reader = make_reader
        self._ids: Tensor | None = None
        self._cache = KVCache(0, {})

    def of(self, prompts: Sequence[Tensor]) -> KVCache | None:
        """What was read of the beginning of all these prompts, ids [length] each, which is shorter
        than any of them. Reads it, if there are several. None if it is too short."""
        longest = min(MOST, min(map(len, prompts)) - 1)
        common = _common(prompts, longest)
        known = 0 if self._ids is None else _common([self._ids, prompts[0]], common)
        if known >= LEAST and 2 * known >= common:
            return KVCache(known, self._cache.parts)
        if len(prompts) == 1 or common < LEAST:
            return None
        return self._read(prompts[0][:common])

    def _read(self, ids: Tensor) -> KVCache | None:
        reader = self._make_reader()
        reader.read(ids[None])
        self._ids, self._cache = ids.clone(), reader.snapshot()
        return self._cache if self._cache.parts else None


def _common(rows: Sequence[Tensor], longest: int) -> int:
    """How many first ids are the same in all rows, of at most `longest`."""
    columns = zip(*(row[:longest].tolist() for row in rows), strict=False)
    return sum(1 for _ in takewhile(lambda column: len(set(column)) == 1, columns))
