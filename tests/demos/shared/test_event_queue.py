"""Abandoned, cancelled and forgotten calls leave the queue as it was."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest
from gradio.queueing import Event, EventQueue, Queue

from demos.shared import event_queue
from demos.shared.calls import Page
from demos.shared.event_queue import MAX_MAILBOXES, PATIENCE, BegunFirst, Mailboxes
from tests.coroutines import to_its_end


def double(number: int) -> int:
    return 2 * number


@pytest.fixture
def queue() -> Queue:
    """A page's queue, not served, with one worker at work."""
    with Page() as page:
        gr.api(double, api_name="double", concurrency_id="runs")
    made = page.queue()._queue
    made.server_app = SimpleNamespace(iterators={}, lock=asyncio.Lock(), get_blocks=lambda: page)
    made.active_jobs = [None]
    made.event_queue_per_concurrency_id["runs"] = EventQueue("runs", 1)
    return made


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [0.0]
    monkeypatch.setattr(event_queue.time, "monotonic", lambda: now[0])
    return now


def event_in(queue: Queue, session: str) -> Event:
    """A call of that session, as the queue notes it."""
    made = Event(session, next(iter(queue.blocks.fns.values())), None, None)  # type: ignore[arg-type]
    if session not in queue.pending_messages_per_session:
        queue.pending_messages_per_session[session] = asyncio.Queue()
    queue.pending_event_ids_session.setdefault(session, set()).add(made._id)
    queue.event_ids_to_events[made._id] = made
    return made


def answered(queue: Queue, event: Event) -> None:
    """The run is over; nobody has fetched the answer yet."""
    queue.pending_messages_per_session[event.session_hash].put_nowait("answer")  # type: ignore[arg-type]
    del queue.event_ids_to_events[event._id]


def test_a_run_that_is_cancelled_before_its_first_step_gives_its_worker_back(queue: Queue) -> None:
    event = event_in(queue, "one")
    event.alive = False
    queue.active_jobs = [[event]]
    queue.event_queue_per_concurrency_id["runs"].current_concurrency = 1

    async def cancelled_at_once() -> None:
        task = asyncio.create_task(queue.process_events([event], False, 0.0, event.fn))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    to_its_end(cancelled_at_once())
    assert queue.active_jobs == [None] and not queue.event_ids_to_events
    assert queue.event_queue_per_concurrency_id["runs"].current_concurrency == 0


def test_a_run_that_is_cancelled_while_it_ends_leaves_no_iterator(queue: Queue) -> None:
    closed = []

    def steps() -> Iterator[int]:
        try:
            yield 1
        finally:
            closed.append("the device is given back")

    async def ends_badly(*_: Any) -> None:
        raise asyncio.CancelledError

    event = event_in(queue, "one")
    running = steps()
    next(running)
    queue.server_app.iterators[event._id] = running  # type: ignore[union-attr]
    del running
    queue.process_events = ends_badly  # type: ignore[method-assign, assignment]
    event_queue.mend(queue)

    async def run() -> None:
        await asyncio.gather(
            asyncio.create_task(queue.process_events([event], False, 0.0, event.fn)),
            return_exceptions=True,
        )

    to_its_end(run())
    assert closed and not queue.event_ids_to_events


def test_a_coroutine_that_is_not_cancelled_runs_as_it_is() -> None:
    steps = []

    async def work() -> None:
        steps.append("began")
        await asyncio.sleep(0)
        steps.append("ended")

    async def run() -> None:
        await asyncio.create_task(BegunFirst(work()))

    to_its_end(run())
    assert steps == ["began", "ended"]


def test_however_many_come_who_waits_for_a_worker_keeps_the_messages(queue: Queue) -> None:
    waiting = event_in(queue, "who waits")
    queue.event_queue_per_concurrency_id["runs"].queue.append(waiting)
    for number in range(MAX_MAILBOXES + 200):
        answered(queue, event_in(queue, f"session {number}"))
    mailboxes = queue.pending_messages_per_session
    assert "who waits" in mailboxes and "session 0" not in mailboxes
    assert len(mailboxes) == len(queue.pending_event_ids_session) == MAX_MAILBOXES
    queue.broadcast_estimations("runs")
    assert mailboxes["who waits"].qsize() == 1


def test_a_message_to_somebody_who_has_left_is_thrown_away(queue: Queue) -> None:
    event = event_in(queue, "gone")
    queue.event_queue_per_concurrency_id["runs"].queue.append(event)
    del queue.pending_messages_per_session["gone"]
    queue.broadcast_estimations("runs")  # would end the queue
    assert "gone" not in queue.pending_messages_per_session


def test_an_answer_lies_there_for_a_while(queue: Queue, clock: list[float]) -> None:
    runs = event_in(queue, "runs still")
    first = event_in(queue, "one")
    answered(queue, first)
    event_in(queue, "two")
    clock[0] = PATIENCE
    event_in(queue, "three")
    assert "one" in queue.pending_messages_per_session
    clock[0] = PATIENCE + 1
    event_in(queue, "four")
    assert "one" not in queue.pending_messages_per_session
    assert "one" not in queue.pending_event_ids_session
    assert runs._id in queue.pending_event_ids_session["runs still"]


def test_a_page_that_was_idle_for_long_keeps_its_next_answer(
    queue: Queue, clock: list[float]
) -> None:
    answered(queue, event_in(queue, "page"))
    event_in(queue, "another")
    clock[0] = PATIENCE - 1
    answered(queue, event_in(queue, "page"))
    clock[0] = PATIENCE + 1
    event_in(queue, "a third")
    assert "page" in queue.pending_messages_per_session


def test_no_call_is_recorded_for_a_summary_that_nobody_sees(queue: Queue) -> None:
    assert queue.ANALYTICS_MAX_EVENTS == 0
    assert isinstance(queue.pending_messages_per_session, Mailboxes)
