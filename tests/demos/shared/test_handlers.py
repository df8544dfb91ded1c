"""Errors become sentences; bugs become a sentence and a log entry."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import gradio as gr
import pytest

from backend.errors import Cancelled, InputError
from demos.shared.endpoints import with_api_errors
from demos.shared.handlers import with_visible_errors


def steps(error: BaseException) -> Iterator[str]:
    yield "first"
    raise error


def visible(error: BaseException) -> list[str]:
    return list(with_visible_errors(steps(error), lambda m: f"error {m.code}", lambda: "stopped"))


def test_a_visitors_mistake_is_shown() -> None:
    assert visible(InputError("empty_prompt")) == ["first", "error empty_prompt"]


def test_stop_is_no_error() -> None:
    assert visible(Cancelled()) == ["first", "stopped"]


def test_a_bug_is_a_sentence_on_the_page_and_a_trace_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR):
        assert visible(ZeroDivisionError("secret path")) == ["first", "error internal"]
    assert "secret path" in caplog.text


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (InputError("empty_prompt"), "The prompt is empty"),
        (Cancelled(), "Stopped"),
        (ZeroDivisionError("secret"), "in the app itself"),
    ],
)
def test_the_api_gets_the_sentence_and_no_more(error: BaseException, said: str) -> None:
    with pytest.raises(gr.Error, match=said) as caught:
        list(with_api_errors(steps(error)))
    assert "secret" not in str(caught.value)


def test_closing_ends_the_steps() -> None:
    ended = []

    def endless() -> Iterator[int]:
        try:
            while True:
                yield 1
        finally:
            ended.append(True)

    running = with_visible_errors(endless(), lambda m: 0, lambda: 0)
    next(running)
    running.close()  # type: ignore[attr-defined]
    assert ended == [True]
