"""What comes in a call, before a function of ours sees it: left-out values, and mistakes in a line.

gradio asks for every value of an endpoint in a plain HTTP call, and answers what it cannot read
with no reason and a stack trace in the log.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio.blocks import BlockFunction
from gradio.utils import get_function_params

from backend.errors import InputError, ShowTellError
from backend.messages import message
from demos.shared import sessions
from demos.shared.event_queue import mend

if TYPE_CHECKING:
    from demos.shared.permalinks import Form

log = logging.getLogger(__name__)
MAX_VALUES = 50_000  # in one call, those in lists counted: gradio takes 2 microseconds for each


class Page(gr.Blocks):
    """gradio's page. Endpoints take their defaults, every refusal is a sentence, and the queue
    loses nothing."""

    forms: list[Form]  # of its tabs
    is_built = False

    def get_config_file(self) -> Any:
        """What the browser builds the page from. gradio makes it four times while the page is
        being built and reads none of these: a quarter of the time that building took."""
        return super().get_config_file() if self.is_built else {}

    def get_api_info(self, *others: Any, **named: Any) -> Any:
        """The endpoints, of a page that is not launched yet as well."""
        self.config = self.config or self.get_config_file()
        return super().get_api_info(*others, **named)

    def queue(self, *others: Any, **named: Any) -> Page:
        super().queue(*others, **named)
        mend(self._queue)
        sessions.install()
        return self

    async def process_api(
        self, block_fn: Any, inputs: list[Any], *others: Any, **named: Any
    ) -> dict[str, Any]:
        """A call from its values to its answer. What happened on a stage is a dictionary."""
        event = named.get("event_data")
        if event is not None and not isinstance(event._data, dict):
            named["event_data"] = gr.EventData(event.target, {})
        return await super().process_api(block_fn, inputs, *others, **named)

    async def preprocess_data(
        self, block_fn: BlockFunction, inputs: list[Any], *others: Any, **named: Any
    ) -> list[Any]:
        """The values for the function. `gr.Error` for what no page of ours sends."""
        try:
            if not block_fn.fn:  # one of the page's scripts
                raise InputError("bad_call", cause="no function")
            check_count(inputs)
            filled = with_defaults(block_fn, inputs)
            return await super().preprocess_data(block_fn, filled, *others, **named)
        except ShowTellError as error:
            raise refused(block_fn, error) from None
        except Exception as error:  # noqa: BLE001 (what gradio stumbles over here came in the call)
            raise refused(block_fn, InputError("bad_call", cause=type(error).__name__)) from None

    async def call_function(self, block_fn: Any, *others: Any, **named: Any) -> Any:
        """The function's result. An error that it has not turned into a sentence itself becomes
        one here."""
        try:
            return await super().call_function(block_fn, *others, **named)
        except gr.Error:
            raise
        except ShowTellError as error:
            raise refused(block_fn, error) from None
        except Exception:  # a bug of ours: the client gets a sentence, the log the trace
            log.exception("a function of the page failed")
            raise gr.Error(str(message("internal")), print_exception=False) from None


def refused(block_fn: Any, error: ShowTellError) -> gr.Error:
    """The error as clients get it; the log has one line, without the visitor's words."""
    name = getattr(block_fn, "api_name", "") or "the page"
    log.info("refused a call to %s: %s", name, error.message.code)
    return gr.Error(str(error), print_exception=False)


def check_count(inputs: list[Any]) -> None:
    """InputError for more than MAX_VALUES values; stops counting there."""
    count, waiting = 0, [inputs]
    while waiting:
        values: Iterable[Any] = waiting.pop()
        for value in values:
            count += 1
            if count > MAX_VALUES:
                raise InputError("too_many_values", limit=MAX_VALUES)
            if isinstance(value, list | dict):
                waiting.append(value if isinstance(value, list) else list(value.values()))


def with_defaults(block_fn: BlockFunction, inputs: list[Any]) -> list[Any]:
    """The values of an endpoint, its own defaults for those left out at the end."""
    missing = len(block_fn.inputs) - len(inputs)
    if missing <= 0 or block_fn.preprocess or not block_fn.fn:
        return inputs
    parameters = get_function_params(block_fn.fn)
    needed = [name for name, has_default, _, _ in parameters[len(inputs) :] if not has_default]
    if needed:
        raise InputError("values_missing", count=len(inputs), names=", ".join(needed))
    return [*inputs, *(default for _, _, default, _ in parameters[len(inputs) :])]
