"""What gradio's queue loses for good, kept: a worker, a run, the whole queue, and memory.

- A run that is cancelled before its first step never gave its worker back (`BegunFirst`).
- One that is cancelled again while it ends stayed where it was, with the device (`_followed`).
- With its 2,000th session the messages of the first went, and if that one still waited for a
  worker, the queue ended (`Mailboxes`).
- Messages that nobody fetched stayed, and so did a record of each call, from which a summary that
  nobody sees was made after each.
"""

from __future__ import annotations

import time
from asyncio import Queue as Mailbox
from collections import OrderedDict
from collections.abc import Coroutine, Generator
from typing import Any

from gradio.queueing import Queue

MAX_MAILBOXES = 1000
PATIENCE = 600.0  # seconds for which an answer lies there until somebody fetches it


def mend(queue: Queue) -> None:
    """Do so for the queue of a page."""
    process = queue.process_events

    def process_events(events: list[Any], *others: Any) -> BegunFirst:
        return BegunFirst(_followed(queue, process(events, *others), events))

    queue.process_events = process_events  # type: ignore[method-assign, assignment]
    queue.pending_messages_per_session = Mailboxes(queue)  # type: ignore[assignment]
    queue.ANALYTICS_MAX_EVENTS = 0


class BegunFirst(Coroutine[Any, Any, None]):
    """A coroutine that begins even if it is cancelled before, so that its `finally` is reached."""

    def __init__(self, inner: Coroutine[Any, Any, None]) -> None:
        self._inner = inner
        self._has_begun = False

    def send(self, value: Any) -> Any:
        self._has_begun = True
        return self._inner.send(value)

    def throw(self, *error: Any) -> Any:
        if not self._has_begun:
            self.send(None)
        return self._inner.throw(*error)

    def close(self) -> None:
        self._inner.close()

    def __await__(self) -> Generator[Any, Any, None]:
        return self._inner.__await__()


async def _followed(queue: Queue, run: Coroutine[Any, Any, None], events: list[Any]) -> None:
    """The run; then whatever is left of it. An iterator that nobody has any more is closed."""
    try:
        await run
    finally:
        for event in events:
            queue.event_ids_to_events.pop(event._id, None)
            if queue.server_app:
                queue.server_app.iterators.pop(event._id, None)


class Mailboxes(OrderedDict[str, "Mailbox[Any]"]):
    """Messages by session, until somebody fetches them. A session with a run keeps its own."""

    def __init__(self, queue: Queue) -> None:
        super().__init__()
        self._queue = queue
        self._idle: dict[str, tuple[set[str], float]] = {}  # calls that are over, since when

    def __missing__(self, session: str) -> Mailbox[Any]:
        return Mailbox()  # for messages to somebody who has left

    def __setitem__(self, session: str, mailbox: Mailbox[Any]) -> None:
        self._let_go()
        self._idle.pop(session, None)
        super().__setitem__(session, mailbox)

    def _let_go(self) -> None:
        """Of those that have no run: what has lain there for long, and the oldest of too many."""
        now, calls = time.monotonic(), self._queue.pending_event_ids_session
        idle = [one for one in {**calls, **self} if not self._has_run(one)]
        self._idle = {one: self._since(one, now) for one in idle}
        too_many = len(self) + 1 - MAX_MAILBOXES
        for place, one in enumerate(sorted(idle, key=lambda name: self._idle[name][1])):
            if place < too_many or now - self._idle[one][1] > PATIENCE or one not in self:
                self.pop(one, None)
                calls.pop(one, None)

    def _has_run(self, session: str) -> bool:
        calls = self._queue.pending_event_ids_session.get(session, ())
        return any(call in self._queue.event_ids_to_events for call in calls)

    def _since(self, session: str, now: float) -> tuple[set[str], float]:
        """The calls that nobody has fetched, and when they were first seen to be over."""
        calls = set(self._queue.pending_event_ids_session.get(session, ()))
        known = self._idle.get(session)
        return known if known and known[0] == calls else (calls, now)
