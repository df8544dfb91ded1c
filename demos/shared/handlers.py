"""What every tab's handler does with errors: a sentence on the page, the details in the log."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import gradio as gr

from backend import Backend
from backend.errors import Cancelled, DeadlineExceeded, ShowTellError
from backend.messages import Message, message

log = logging.getLogger(__name__)
T = TypeVar("T")

# For every listener that starts a run: together they keep this many of the server's workers, so
# that the page itself still answers. Each run keeps one, which mostly waits for its turn.
WORKERS = 128
RUNS: dict[str, Any] = {"concurrency_id": "runs", "concurrency_limit": 96}

# For every listener of the page: no part of the API, and no progress shown by gradio, for the tabs
# show their own. The empty `show_progress_on` matters: without it gradio's page writes a status
# into every component that is some listener's output, shown or not, at each message. On a page of
# this size that left the browser no time for a click while an answer grew (`benchmarks/page.py`).
LISTENER: dict[str, Any] = {
    "show_progress": "hidden",
    "show_progress_on": [],
    "api_visibility": "private",
}


def visitor_of(request: gr.Request) -> str:
    """Whose page or client asked: one name for each session. gradio names none where a script of
    the page asks by itself (a stage's server functions)."""
    return getattr(request, "session_hash", None) or ""


def connect_stop(backend: Backend, button: gr.Button) -> None:
    """The button ends whatever the visitor has running; it does not wait in the queue."""

    def stop_run(request: gr.Request) -> None:
        backend.cancel(visitor_of(request))

    button.click(stop_run, queue=False, **LISTENER)


def with_visible_errors(
    steps: Iterator[T], show_error: Callable[[Message], T], show_stopped: Callable[[], T]
) -> Iterator[T]:
    """The steps; where one fails, what `show_error` makes of the reason. Never a stack trace."""
    try:
        yield from steps
    except Cancelled:
        yield show_stopped()
    except DeadlineExceeded:
        yield show_error(message("deadline_early"))
    except ShowTellError as error:
        log.info("a handler refused: %s", error.message.code)
        yield show_error(error.message)
    except Exception:  # a bug of ours: the visitor gets a sentence, the log the trace
        log.exception("a handler failed")
        yield show_error(message("internal"))
