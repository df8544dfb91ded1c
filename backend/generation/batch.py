"""Answers of several visitors written together: one pass of the network gives each its next token.

One batch belongs to one loaded model (`batch_of`). A run takes a seat, waits, and is given its
tokens; texts join in groups, in lanes of rows of similar length (`lane.py`), and leave at any time.
The tokens are those of a run alone: each text has its own random numbers, and padding adds exact
zeros. A network's rounding may depend on the number of rows, though (see docs/architecture.md).
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor

from backend.generation.beginning import Beginning
from backend.generation.continuation import Continuation, DecodedToken, choose
from backend.generation.lane import Lane, size_of, wastes_little
from backend.models.kv_cache import KVCache
from backend.models.language_model import LanguageModel
from backend.models.reader import CausalReader

log = logging.getLogger(__name__)

MAX_ROWS = 32  # texts that are written at a time
MAX_TOKENS = (
    20_000  # of all of them, what they may still write and padding: 1 GB of SmolLM2's cache
)
GROUP = 16
MAX_READING = 3  # lanes whose prompts are being read
SHORT_PROMPT = 128  # columns to read
PROMPTS_FIRST = 4  # steps, of which one also writes, while short prompts are read
MAX_PASSED = 64  # times that others may go ahead of a text that does not fit yet


class Seat:
    """One run's place in a batch, and what it can be asked for afterwards."""

    def __init__(self, batch: Batch, reader: CausalReader | None = None) -> None:
        """`reader` has read the beginning of the text."""
        self.batch, self.reader, self.device = batch, reader, batch.device
        self.ready: deque[DecodedToken] = deque()  # chosen, not yet taken by the run
        self.passed, self._left = 0, False

    @contextmanager
    def taken(self, text: Continuation) -> Iterator[None]:
        """The text is in the batch until the block ends, however it ends."""
        self.text = text
        self.batch.waiting.append(self)
        try:
            yield
        finally:
            self._left = True
            self.batch.let_go(self)

    @property
    def goes_on(self) -> bool:
        return not (self._left or self.text.ended)

    def read_alone(self, lm: LanguageModel) -> CausalReader:
        """A reader of its own, which has read nothing: the batch is broken."""
        self.reader = lm.reader()
        return self.reader

    def snapshot(self) -> KVCache:
        """What was read of the text, where that is known: not of a row among others."""
        return self.reader.snapshot() if self.reader else KVCache(0, {})


class Batch:
    """The texts of one model that are written together. All methods on the device's thread."""

    def __init__(self, lm: LanguageModel) -> None:
        self._make_reader, self.device = lm.reader, lm.reader().device
        self.is_broken, self._steps = False, 0
        self.waiting: deque[Seat] = deque()
        self.lanes: list[Lane[Seat]] = []
        self._beginning = Beginning(lm.reader)

    def step(self) -> None:
        """The next token for every text whose prompt was read, and a piece of a prompt read.

        If it fails `is_broken` says so, and the batch is not used again; each run goes on alone.
        """
        try:
            self._step()
        except BaseException as error:  # whatever it is, the runs have what they need to go on
            self.is_broken = True
            self.waiting.clear()
            self.lanes = []
            log.exception("a batch of answers failed; each goes on alone: %s", error)

    def _step(self) -> None:
        self._admit()
        reading = self._reading_now()
        logits = [
            (lane.seats, out) for lane in self._at_work(reading) if (out := lane.step()) is not None
        ]
        _give([seat for seats, _ in logits for seat in seats], [out for _, out in logits])
        if reading and not reading.is_reading:
            self._settle(reading)
        self._close_lanes()

    def let_go(self, seat: Seat) -> None:
        """A run has left."""
        self.waiting = deque(one for one in self.waiting if one is not seat)
        self._close_lanes()

    def _close_lanes(self) -> None:
        """The memory of lanes that nobody is in is free at once. Who was alone in one keeps what
        was read; one row of many would have to be copied out of all."""
        for lane in self.lanes:
            if len(lane.seats) == 1 and not lane.seats[0].goes_on:
                lane.seats[0].reader = lane.reader
        self.lanes = [lane for lane in self.lanes if any(seat.goes_on for seat in lane.seats)]

    def _admit(self) -> None:
        """The longest waiting texts that there is room for begin to be read, as one group."""
        if sum(lane.is_reading for lane in self.lanes) >= MAX_READING:
            return
        group: list[Seat] = []
        left: list[Seat] = []  # without room
        for seat in list(self.waiting):
            if self._has_room([*group, seat]):
                group.append(seat)
                self.waiting.remove(seat)
                for one in left:
                    one.passed += 1
            elif seat.passed > MAX_PASSED:
                break
            else:
                left.append(seat)
        if group:
            self.lanes.append(self._lane_of(group))

    def _lane_of(self, group: Sequence[Seat]) -> Lane[Seat]:
        """Who is all alone reads the whole of the text, in the steps of a run without a batch."""
        if group[0].reader or (len(group) == 1 and not self.lanes):
            return Lane(group[0].reader or self._make_reader(), group)
        beginning = self._beginning.of([seat.text.ids for seat in group])
        return Lane(self._make_reader(), group, beginning)

    def _has_room(self, group: Sequence[Seat]) -> bool:
        if len(group) > GROUP or (len(group) > 1 and any(seat.reader for seat in group)):
            return False
        rows = len(group) + sum(len(lane.seats) for lane in self.lanes)
        tokens = size_of(group) + self._tokens()
        fits = rows <= MAX_ROWS and tokens <= MAX_TOKENS and wastes_little(group)
        return fits or (not self.lanes and len(group) == 1)

    def _tokens(self, without: Sequence[Lane[Seat]] = ()) -> int:
        lanes = (lane for lane in self.lanes if lane not in without)
        return sum(size_of(lane.seats, lane.reader.length) for lane in lanes)

    def _reading_now(self) -> Lane[Seat] | None:
        """Which prompts are read on: by turns the oldest and the shortest, so that a long one
        neither holds up the short ones nor waits for all of them."""
        self._steps += 1
        lanes = [lane for lane in self.lanes if lane.is_reading]
        if not lanes or self._steps % 2:
            return lanes[0] if lanes else None
        return min(lanes, key=lambda lane: lane.columns_to_read)

    def _at_work(self, reading: Lane[Seat] | None) -> list[Lane[Seat]]:
        """The lanes of this step. Short prompts go before further tokens of others: everybody's
        first token comes sooner, and from then on all write together."""
        is_short = reading is not None and reading.columns_to_read <= SHORT_PROMPT
        is_held = is_short and self._steps % PROMPTS_FIRST != 0
        return [lane for lane in self.lanes if lane is reading or not (lane.is_reading or is_held)]

    def _settle(self, lane: Lane[Seat]) -> None:
        """Its prompts are read: from now on its rows are rows of another lane, where they fit."""
        for other in self.lanes:
            seats = [*other.seats, *lane.seats]
            if other is lane or other.is_reading or not wastes_little(seats):
                continue
            if size_of(seats) + self._tokens(without=(lane, other)) <= MAX_TOKENS:
                other.take_in(lane)
                self.lanes.remove(lane)
                return


def batch_of(lm: LanguageModel) -> Batch | None:
    """The model's batch; a new one if the last one broke. None where texts
    of different lengths cannot be read together by it."""
    batch: Batch | None = lm.companions.get("batch")
    if batch is None or batch.is_broken:
        if not lm.reader().joins:
            return None
        batch = lm.companions["batch"] = Batch(lm)
    return batch


def _give(seats: Sequence[Seat], logits: Sequence[Tensor]) -> None:
    """Choose the next token of each, and put it where its run finds it."""
    if not seats:
        return
    together = logits[0] if len(logits) == 1 else torch.cat(list(logits))
    tokens = choose([seat.text for seat in seats], together, described=True)
    for seat, token in zip(seats, tokens, strict=True):
        seat.text.add(token.id)
        seat.ready.append(token)
