"""Texts that one reader reads side by side: each pass gives all of them their next token.

While its prompts are read, a lane reads a piece of them in each pass; then one token of each text.
Texts end at the same column, so a short one beside a long one carries padding.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

import torch
from torch import Tensor

from backend.generation.continuation import Continuation
from backend.models.kv_cache import KVCache
from backend.models.reader import CausalReader

READ_TOKENS = 128  # of prompts in one pass, padding included: so long do all others wait for it


class Row(Protocol):
    """One text, and whether it is still being written."""

    @property
    def text(self) -> Continuation: ...

    @property
    def goes_on(self) -> bool: ...


R = TypeVar("R", bound=Row)


class Lane(Generic[R]):
    """One reader and the texts that are its rows."""

    def __init__(
        self, reader: CausalReader, seats: Sequence[R], beginning: KVCache | None = None
    ) -> None:
        """`reader` has read nothing, or the beginning of the only text. `beginning`: what was read
        of one that all texts have, and that is not the whole of any."""
        self.reader, self.seats = reader, list(seats)
        longest = max(seat.text.length for seat in seats)
        padding = [longest - seat.text.length for seat in seats]
        if beginning:
            reader.restore(beginning, beginning.length, padding)
        elif not reader.length:
            reader.pad(padding)
        filled = [
            torch.nn.functional.pad(seat.text.ids, (gap, 0))
            for seat, gap in zip(seats, padding, strict=True)
        ]
        self._unread = torch.stack(filled)[:, reader.length :]  # of the prompts, [rows, columns]

    @property
    def is_reading(self) -> bool:
        """Whether it is still reading prompts."""
        return self._unread.shape[1] > 0

    @property
    def columns_to_read(self) -> int:
        return int(self._unread.shape[1])

    def step(self) -> Tensor | None:
        """One pass over the texts that go on; the logits after their last tokens, [rows,
        vocabulary], or None while prompts are read or if no text goes on."""
        on = [row for row, seat in enumerate(self.seats) if seat.goes_on]
        rows = None if len(on) == len(self.seats) else on
        self.seats, self._unread = [self.seats[row] for row in on], self._unread[on]
        if not on:
            return None
        was_reading = self.is_reading
        logits = self.reader.read(self._next_ids(), rows=rows)[:, -1]
        return None if was_reading and self.is_reading else logits

    def _next_ids(self) -> Tensor:
        if not self.is_reading:
            return torch.stack([seat.text.ids[-1:] for seat in self.seats])
        columns = max(1, READ_TOKENS // len(self.seats))
        ids, self._unread = self._unread[:, :columns], self._unread[:, columns:]
        return ids

    def take_in(self, other: Lane[R]) -> None:
        """The rows of `other` become rows of this one; both have read their prompts."""
        self.reader.join(other.reader)
        self.seats += other.seats
        self._unread = self._unread.new_empty((len(self.seats), 0))


def size_of(seats: Sequence[Row], columns: int = 0) -> int:
    """Places for tokens that a reader of these texts will need at most, when it has read
    `columns`."""
    longest = max(seat.text.length for seat in seats)
    return len(seats) * (max(columns, longest) + max(seat.text.most_to_come for seat in seats))


def wastes_little(seats: Sequence[Row]) -> bool:
    """Whether padding at most doubles what the texts would need one by one."""
    return size_of(seats) <= 2 * sum(size_of([seat]) for seat in seats)
