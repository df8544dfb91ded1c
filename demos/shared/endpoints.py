"""Endpoints of the API: how a run becomes JSON values, and how errors reach a client."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterator
from typing import Any, TypeVar

import gradio as gr

from backend.errors import Cancelled, DeadlineExceeded, ShowTellError
from backend.messages import message
from backend.run import Progress
from demos.shared.handlers import RUNS
from demos.shared.listener import while_somebody_reads

log = logging.getLogger(__name__)
T = TypeVar("T")
Json = dict[str, Any]


def add(*endpoints: Callable[..., Any]) -> None:
    """Add endpoints to the page that is being built; each has its function's name."""
    for endpoint in endpoints:
        gr.api(endpoint, api_name=endpoint.__name__, **RUNS)


def answers(
    make: Callable[[], Iterator[Any]],
    as_json: Callable[[Any], Json | None],
    waiting: Json | None = None,
) -> Iterator[Json]:
    """A run's results as JSON. `make` checks the input and starts the run.

    `waiting` (empty by default) is sent for progress, and where `as_json` has nothing to send yet:
    a client that has left is noticed only when something is sent.
    """
    for update in with_api_errors(while_somebody_reads(lazily(make))):
        plain = None if isinstance(update, Progress) else as_json(update)
        yield dict(waiting or {}) if plain is None else plain


def lazily(make: Callable[[], Iterator[T]]) -> Generator[T, None, None]:
    """The iterator, made only when the first value is asked for: errors of `make` come then."""
    yield from make()


def with_api_errors(steps: Iterator[T]) -> Iterator[T]:
    """The steps; errors become `gr.Error`, whose text clients of the API are given."""
    try:
        yield from steps
    except (Cancelled, DeadlineExceeded) as end:
        code = "stopped_early" if isinstance(end, Cancelled) else "deadline_early"
        raise gr.Error(str(message(code)), print_exception=False) from None
    except ShowTellError as error:
        log.info("an endpoint refused: %s", error.message.code)
        raise gr.Error(str(error), print_exception=False) from None
    except Exception:  # a bug of ours: the client gets a sentence, the log the trace
        log.exception("an endpoint failed")
        raise gr.Error(str(message("internal")), print_exception=False) from None
