"""Every endpoint and every listener of the page, with values that no page of ours sends.

No run is started: what is asked for here is that each value is checked before, and that no answer
is "internal".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr
import pytest
from gradio.blocks import BlockFunction
from gradio.state_holder import SessionState

from backend import Backend
from backend.errors import InputError
from backend.messages import TEXTS
from demos import TABS
from demos.page import build_page
from tests.coroutines import to_its_end

FORGED: tuple[object, ...] = (None, 7, {"a": 1})
REQUEST = gr.Request(session_hash="a" * 20, headers={}, query_params={})


@pytest.fixture(scope="module")
def page() -> gr.Blocks:
    return build_page(Backend("bundled"), TABS)


@pytest.fixture(autouse=True)
def no_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> Iterator[Any]:
        raise InputError("no_file")
        yield

    monkeypatch.setattr(Backend, "perform", refuse)


def functions(page: gr.Blocks, endpoints: bool) -> list[BlockFunction]:
    return [fn for fn in page.fns.values() if fn.fn and fn.preprocess != endpoints]


def forged(fn: BlockFunction, values: tuple[object, ...]) -> Iterator[list[Any]]:
    """The function's own values with one of them replaced, and all."""
    good = [getattr(block, "value", None) for block in fn.inputs]
    for value in values:
        yield [value] * len(good)
        for place in range(len(good)):
            yield [*good[:place], value, *good[place + 1 :]]


async def answers(page: gr.Blocks, fn: BlockFunction, values: list[Any], state: Any) -> None:
    """All that the call gives; its refusal is an answer, too."""
    iterator = None
    try:
        while True:
            made = await page.process_api(
                fn,
                list(values),
                request=REQUEST,
                state=state,
                iterator=iterator,
                event_data=gr.EventData(None, values[0] if values else None),
            )
            iterator = made["iterator"]
            if not made["is_generating"]:
                return
    except gr.Error as error:
        assert TEXTS["internal"] not in str(error), (fn.api_name, values)


@pytest.mark.parametrize(
    ("endpoints", "values"),
    [(True, FORGED), pytest.param(False, (None,), marks=pytest.mark.slow)],
)
def test_every_value_is_checked(
    page: gr.Blocks, endpoints: bool, values: tuple[object, ...], caplog: pytest.LogCaptureFixture
) -> None:
    async def call_all() -> None:
        state = SessionState(page)
        for fn in functions(page, endpoints):
            for one in forged(fn, values):
                await answers(page, fn, one, state)

    to_its_end(call_all())
    assert not [record.getMessage() for record in caplog.records if record.exc_info]
