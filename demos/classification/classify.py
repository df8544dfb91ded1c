"""Classify with a trained expert: the bars, which expert and why, and the words that decided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import gradio as gr

from backend.classification.request import AUTO
from backend.classification.results import Classified, Explained, Explanation
from backend.classification.service import Classification
from backend.errors import InputError
from backend.messages import Message
from backend.run import Progress
from backend.words import without
from demos.classification import view
from demos.classification.fields import TAB, expert_menu, text_field
from demos.shared import states
from demos.shared.handlers import LISTENER, RUNS, visitor_of
from demos.shared.model_menu import linked_model
from demos.shared.permalinks import Param
from demos.shared.section import Panel, Section, Updates, buttons, result
from demos.shared.stage import clicks
from demos.shared.strings import language_of, say, say_message

SECTION = "classify"


@dataclass(frozen=True)
class Shown:
    """What is on screen: the text, its scores, the explanation, and which words are dropped."""

    classified: Classified
    explanation: Explanation | None = None
    dropped: tuple[int, ...] = ()


@dataclass(frozen=True)
class Explaining:
    """The scores are there and stay; the reasons are on their way."""

    progress: Progress


@dataclass(frozen=True)
class View:
    """What the section's runs change."""

    panel: Panel
    why: gr.HTML
    shown: gr.State  # Shown or None


def build(service: Classification) -> tuple[Section, gr.Column]:
    """Lay out the section; also gives the place of the examples."""
    with gr.Row(elem_classes="st-work"):
        with gr.Column(scale=5, min_width=320):
            text = text_field("classification-text")
            run, stop = buttons(SECTION, TAB)
            examples_here = gr.Column()
            expert = expert_menu(service.experts())
        with gr.Column(scale=7, min_width=320):
            panel = result(SECTION, run, stop, card_later=True, tab=TAB)
            why = gr.HTML(
                elem_id="classification-why", apply_default_css=False, js_on_load=clicks("word")
            )
            panel.card.render()
    changed = View(panel, why, gr.State(None))
    linked = linked_model(service.experts(), "expert", AUTO)
    params = (Param.text("text", text), Param("expert", expert, linked, AUTO))
    starts = [run.click, text.submit]
    section = Section(
        SECTION, panel, params, partial(classify, service, changed), starts, [why, changed.shown]
    )
    _connect_drop(service, changed)
    return section, examples_here


def classify(
    service: Classification, changed: View, request: gr.Request, values: dict[str, Any]
) -> Iterator[Updates]:
    """Scores first, then the explanation."""
    visitor = visitor_of(request)
    seen: list[Classified] = []

    def updates() -> Iterator[Progress | Classified | Explaining | Explained | Message]:
        yield from service.classify(values["text"], visitor, values["expert"])
        try:
            for update in service.explain(seen[0].text, visitor, seen[0].card.spec.id):
                yield Explaining(update) if isinstance(update, Progress) else update
        except InputError as error:  # too long to explain, not to classify
            yield error.message

    def render(language: str, update: Classified | Explaining | Explained | Message) -> Updates:
        if isinstance(update, Explaining):
            return {changed.why: states.loading(language, update.progress)}
        if isinstance(update, Message):
            return {changed.why: states.notice(say_message(language, update))}
        if isinstance(update, Explained):
            shown = Shown(seen[0], update.explanation)
            return {changed.why: view.why(language, update.explanation), changed.shown: shown}
        seen.append(update)
        drawn = view.scores(language, update)
        updates = view.shown(changed.panel, drawn, language, update.card)
        return {**updates, changed.shown: Shown(update)}

    yield {changed.why: ""}
    yield from changed.panel.stream(request, updates, render)


def drop(
    service: Classification,
    changed: View,
    request: gr.Request,
    shown: Shown | None,
    event: gr.EventData,
) -> Iterator[Updates]:
    """Take a word out, or put it back, and let the bars move."""
    why = shown.explanation if shown else None
    number = _word_of(event, why) if why else None
    if shown is None or why is None or number is None:
        yield {changed.why: gr.skip()}
        return
    dropped = tuple(sorted(set(shown.dropped) ^ {number}))
    language = language_of(request)
    now = Shown(shown.classified, why, dropped)
    yield {changed.why: view.why(language, why, dropped), changed.shown: now}
    if not dropped:
        yield {changed.panel.result: view.scores(language, shown.classified)}
        return
    rest = without(shown.classified.text, why.words, dropped)
    if not rest:
        left = say(language, "classification.why.nothing_left")
        yield {changed.panel.result: states.notice(left)}
        return
    yield from _classify_rest(service, changed, request, shown.classified, rest)


def _word_of(event: gr.EventData, why: Explanation) -> int | None:
    """The number of the word that was clicked; None for anything but a word's number."""
    number = getattr(event, "word", None)
    return number if isinstance(number, int) and 0 <= number < len(why.words) else None


def _classify_rest(
    service: Classification, changed: View, request: gr.Request, whole: Classified, rest: str
) -> Iterator[Updates]:
    """Classify the text without the dropped words, by the same expert."""

    def render(language: str, update: Classified) -> Updates:
        return {changed.panel.result: view.scores(language, update, whole, rest)}

    run = partial(service.classify, rest, visitor_of(request), whole.card.spec.id)
    yield from changed.panel.stream(request, run, render)


def _connect_drop(service: Classification, changed: View) -> None:
    """A click on a word."""

    def on_click(
        request: gr.Request, shown: Shown | None, event: gr.EventData
    ) -> Iterator[Updates]:
        yield from drop(service, changed, request, shown, event)

    outputs = [*changed.panel.components, changed.why, changed.shown]
    changed.why.click(on_click, [changed.shown], outputs, **LISTENER, **RUNS)
