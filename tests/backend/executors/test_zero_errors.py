"""What goes wrong on ZeroGPU lets the next row answer, with a sentence."""

from __future__ import annotations

import gradio as gr
import httpx
import pytest

from backend.errors import Cancelled, InputError, ModelError
from backend.executors.zero_errors import TITLES, as_ours
from backend.fallback import reason_to_fall
from tests.backend.fakes import spec


@pytest.mark.parametrize(("title", "code"), TITLES.items())
def test_what_spaces_raises_is_a_reason_to_fall(title: str, code: str) -> None:
    error = as_ours(gr.Error("Try again in 3:20:00", title=title))
    assert isinstance(error, ModelError) and error.message.code == code
    fall = reason_to_fall(spec("big", "gpu"), error)
    assert fall and "Big" in str(fall) and "Try again in 3:20:00" in str(fall)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (RuntimeError("ZeroGPU API /schedule error: 500"), "zero_unreachable"),
        (httpx.ConnectError("refused"), "zero_unreachable"),
        (EOFError("the stream broke off"), "zero_ended"),
        (gr.Error("something new", title="another title"), "zero_ended"),
    ],
)
def test_so_is_what_its_service_does(error: Exception, code: str) -> None:
    ours = as_ours(error)
    assert isinstance(ours, ModelError) and ours.message.code == code


def test_who_left_in_its_queue_has_stopped() -> None:
    left = RuntimeError("Connection closed by visitor while queueing")
    assert isinstance(as_ours(left), Cancelled)


def test_all_other_errors_stay_what_they_are() -> None:
    for error in (InputError("empty_prompt"), ValueError("a bug"), RuntimeError("a bug")):
        assert as_ours(error) is error
