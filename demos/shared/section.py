"""A section of a tab: a form, and the panel that its runs fill (buttons, result, run card)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import gradio as gr

from backend import Backend
from backend.messages import Message
from backend.run import Progress, RunCard
from demos.shared import run_card, states
from demos.shared.first_line import is_lasting, with_first_line
from demos.shared.handlers import LISTENER, RUNS, connect_stop, with_visible_errors
from demos.shared.pace import paced
from demos.shared.permalinks import Param
from demos.shared.strings import in_html, language_of, t

Updates = dict[Any, Any]  # component -> its new value


@dataclass(frozen=True)
class Panel:
    """One section's buttons and result."""

    run: gr.Button
    stop: gr.Button
    result: gr.HTML
    card: gr.HTML
    clears: tuple[Any, ...] = ()  # what else an error empties

    @property
    def components(self) -> list[Any]:
        return [self.run, self.stop, self.result, self.card]

    def stream(
        self,
        request: gr.Request,
        updates: Callable[[], Iterator[Any]],
        render: Callable[[str, Any], Updates],
    ) -> Iterator[Updates]:
        """A run as updates: waiting, then what `render(language, result)` makes of each result."""
        language = language_of(request)
        # In each update: gradio's browser side forgets one that the next one overtakes.
        busy = {self.run: gr.Button(interactive=False), self.stop: gr.Button(interactive=True)}

        def steps() -> Iterator[Updates]:
            for update in paced(with_first_line(updates)):
                if not isinstance(update, Progress):
                    yield {**busy, **render(language, update)}
                elif is_lasting(update):
                    yield {**busy, self.result: states.loading(language, update)}

        def failed(reason: Message) -> Updates:
            emptied = dict.fromkeys(self.clears)
            return {self.result: states.error(language, reason), self.card: "", **emptied}

        def stopped() -> Updates:
            return {self.result: states.notice_of(language, "stopped_early")}

        yield busy
        yield from with_visible_errors(steps(), failed, stopped)
        yield {self.run: gr.Button(interactive=True), self.stop: gr.Button(interactive=False)}


def buttons(section: str, tab: str) -> tuple[gr.Button, gr.Button]:
    """A section's run and stop buttons; the run button's text is "<tab>.<section>.run"."""
    with gr.Row(elem_classes="st-actions"):
        run = gr.Button(
            t(f"{tab}.{section}.run"),
            variant="primary",
            elem_id=f"{tab}-{section}-run",
        )
        stop = gr.Button(t("common.stop"), variant="stop", interactive=False)
    return run, stop


def result(
    section: str,
    run: gr.Button,
    stop: gr.Button,
    card_later: bool = False,
    *,
    tab: str,
    **options: Any,
) -> Panel:
    """A section's result and card; before a run it says "<tab>.<section>.empty".

    With `card_later` the caller places the card (`panel.card.render()`).
    """
    shown = gr.HTML(
        states.empty(in_html(f"{tab}.{section}.empty")),
        elem_id=f"{tab}-{section}-result",
        apply_default_css=False,
        **options,
    )
    card = gr.HTML(elem_id=f"{tab}-{section}-card", apply_default_css=False, render=not card_later)
    return Panel(run, stop, shown, card)


def render_card(language: str, what_ran: RunCard, *headline: str, task: str) -> str:
    """The run card with the figures of `headline`, whose labels are "<task>.<figure>"."""
    return run_card.render(language, what_ran, headline, task=task)


@dataclass(frozen=True)
class Section:
    """A part of the tab that one run fills: what it asks with, what answers, what it changes."""

    id: str
    panel: Panel
    params: tuple[Param, ...]  # its inputs, under the names that links give them
    answer: Callable[[gr.Request, dict[str, Any]], Iterator[Updates]]  # (request, values by name)
    starts: list[Any]  # events that run it
    outputs: list[Any]  # what it changes beside the panel
    unlinked: dict[str, Any] = field(default_factory=dict)  # further inputs, which no link holds
    view: str = ""  # the inner tab it stands in; "" if that has its name

    def is_asked(self, values: dict[str, Any]) -> bool:
        """Whether its main value is there, or a picture in its place."""
        return bool(values[self.params[0].name] or values.get("picture"))

    @property
    def all_outputs(self) -> list[Any]:
        return [*self.panel.components, *self.outputs]

    def is_in(self, view: str) -> bool:
        return (self.view or self.id) == view

    def connect(self, backend: Backend) -> None:
        """Let the events run it, and Stop end it."""
        names = [*(param.name for param in self.params), *self.unlinked]

        def start(request: gr.Request, *values: Any) -> Iterator[Updates]:
            yield from self.answer(request, dict(zip(names, values, strict=True)))

        inputs = [*(param.component for param in self.params), *self.unlinked.values()]
        gr.on(self.starts, start, inputs, self.all_outputs, **LISTENER, **RUNS)
        connect_stop(backend, self.panel.stop)
