"""Who may be on a device at once: places of several kinds, and a fair queue before them."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass
from typing import Literal

from backend.errors import BusyError
from backend.jobs import Job

# What kind of work a run is:
# "short"      one quick step or a few; it passes between the steps of all others
# "row"        steps that it takes together with other runs, such as a text's tokens
# "long"       many steps, whose state is the run's own
# "exclusive"  many steps that change the model itself: one run at a time with that model
Kind = Literal["short", "row", "long", "exclusive"]
LONGEST = 200  # runs that wait before one device; the next is told that there is no place


@dataclass(frozen=True)
class Place:
    """What a run takes of a device while it is there: one of `room` places with that name."""

    name: str
    room: int
    is_alone: bool = False  # nobody else is on the device meanwhile


# Rows wait for room inside their batch, too; a long run keeps memory, and its visitor waiting.
PLACES = {"short": Place("short", 64), "row": Place("row", 64), "long": Place("long", 2)}
ALONE = Place("device", 1, is_alone=True)


def place_for(kind: Kind, model: str, is_alone: bool = False) -> Place:
    """The place that work of this kind takes; `is_alone`: its model needs the whole device."""
    if is_alone:
        return ALONE
    return Place(model, 1) if kind == "exclusive" else PLACES[kind]


@dataclass(frozen=True, eq=False)
class Ticket:
    """A job's place, or its wish for one. `round` is 1 for a visitor's first job there, 2 for the
    second."""

    job: Job
    place: Place
    round: int


class Line:
    """A queue before a device. Visitors take turns; who waits for one kind of place does not hold
    up those who ask for another."""

    def __init__(self) -> None:
        self._moved = threading.Condition()
        self._inside: list[Ticket] = []
        self._waiting: list[Ticket] = []
        self._taken: Counter[Place] = Counter()  # places, by those inside

    def join(self, job: Job, place: Place) -> Ticket:
        """A ticket behind all of its round and of those before it; inside at once where it fits.

        BusyError if too many wait already.
        """
        with self._moved:
            if len(self._waiting) >= LONGEST:
                raise BusyError("line_full", count=len(self._waiting))
            everybody = [*self._inside, *self._waiting]
            own = sum(one.job.visitor == job.visitor for one in everybody if one.place == place)
            ticket = Ticket(job, place, own + 1)
            behind = [at for at, one in enumerate(self._waiting) if _is_later(one, ticket)]
            self._waiting.insert(behind[0] if behind else len(self._waiting), ticket)
            self._let_in()
        return ticket

    def waiting(self) -> int:
        """How many wait for their place."""
        with self._moved:
            return len(self._waiting)

    def is_inside(self, ticket: Ticket, patience: float) -> bool:
        """Whether the ticket has its place now or gets it within `patience` seconds."""
        with self._moved:
            return self._moved.wait_for(lambda: ticket in self._inside, patience)

    def hurry(self, ticket: Ticket, seconds: float) -> None:
        """Whoever has what the ticket waits for has no more than these seconds left."""
        with self._moved:
            for one in self._inside:
                if one.place == ticket.place or one.place.is_alone or ticket.place.is_alone:
                    one.job.hurry(seconds)

    def leave(self, ticket: Ticket) -> None:
        """Take a ticket out: one that waits, or one that has its place."""
        with self._moved:
            if ticket in self._inside:
                self._inside.remove(ticket)
                self._taken[ticket.place] -= 1
            else:
                self._waiting.remove(ticket)
            self._let_in()

    def _let_in(self) -> None:
        """Give places to those who wait, in their order. Who needs the device alone would wait
        for ever if others went past, so nobody does."""
        for ticket in list(self._waiting):
            if ticket not in self._waiting:
                continue  # the collector ended a run just now, and that let it in
            if self._has_room(ticket.place):
                self._waiting.remove(ticket)
                self._inside.append(ticket)
                self._taken[ticket.place] += 1
            elif ticket.place.is_alone:
                break
        self._moved.notify_all()

    def _has_room(self, place: Place) -> bool:
        if place.is_alone:
            return not self._inside
        return self._taken[place] < place.room and not self._taken[ALONE]


def _is_later(one: Ticket, other: Ticket) -> bool:
    return one.place == other.place and one.round > other.round
