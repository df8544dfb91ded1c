"""Classify with a trained expert: the bars, who was asked and why, and the words that did it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr
from markupsafe import Markup

from backend.classification.explanation import Explanation
from backend.classification.router import AUTO, Route
from backend.classification.service import Classification, Classified, Explained
from backend.errors import InputError
from backend.messages import Message
from backend.words import without
from demos.classification import why_view
from demos.classification.charts import bars, percent, verdict
from demos.classification.fields import text_field
from demos.classification.labels import expert_menu, expert_name, label_names
from demos.shared import states
from demos.shared.handlers import LOOKS, RUNS, visitor_of
from demos.shared.model_menu import linked_model
from demos.shared.permalinks import Param
from demos.shared.section import Panel, Section, Updates, buttons, render_card, result
from demos.shared.strings import language_of, say, say_message

SECTION = "classify"


@dataclass(frozen=True)
class Shown:
    """What is on screen: the text, its scores, the reasons, and which words are dropped."""

    classified: Classified
    explanation: Explanation | None = None
    dropped: tuple[int, ...] = ()


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
            run, stop = buttons(SECTION)
            examples_here = gr.Column()
            expert = expert_menu(service.experts())
        with gr.Column(scale=7, min_width=320):
            panel = result(SECTION, run, stop, card_later=True)
            why = gr.HTML(
                elem_id="classification-why", apply_default_css=False, js_on_load=why_view.CLICK_JS
            )
            panel.card.render()
    view = View(panel, why, gr.State(None))
    linked = linked_model(service.experts(), "expert", AUTO)
    params = (Param.text("text", text), Param("expert", expert, linked, AUTO))

    def answer(request: gr.Request, values: dict[str, Any]) -> Iterator[Updates]:
        yield from classify(service, view, request, values["text"], values["expert"])

    starts = [run.click, text.submit]
    section = Section(SECTION, panel, params, answer, starts, [why, view.shown])
    _connect_drop(service, view)
    return section, examples_here


def classify(
    service: Classification, view: View, request: gr.Request, text: str, expert: str
) -> Iterator[Updates]:
    """Scores first, then the reasons."""
    visitor = visitor_of(request)
    seen: list[Classified] = []

    def updates() -> Iterator[Any]:
        yield from service.classify(text, visitor, expert)
        try:
            yield from service.explain(seen[0].text, visitor, seen[0].card.spec.id)
        except InputError as error:  # too long for reasons, not for a label
            yield error.message

    def render(language: str, update: Classified | Explained | Message) -> Updates:
        if isinstance(update, Message):
            return {view.why: states.notice(say_message(language, update))}
        if isinstance(update, Explained):
            shown = Shown(seen[0], update.explanation)
            return {view.why: why_view.render(language, update.explanation), view.shown: shown}
        seen.append(update)
        return {
            view.panel.result: render_scores(language, update),
            view.panel.card: render_card(language, update.card),
            view.shown: Shown(update),
        }

    yield {view.why: ""}
    yield from view.panel.stream(request, updates, render)


def drop(
    service: Classification,
    view: View,
    request: gr.Request,
    shown: Shown | None,
    event: gr.EventData,
) -> Iterator[Updates]:
    """Take a word out, or put it back, and let the bars move."""
    number, why = getattr(event, "word", None), shown.explanation if shown else None
    if shown is None or why is None or number not in range(len(why.words)):
        yield {view.why: gr.skip()}
        return
    dropped = tuple(sorted(set(shown.dropped) ^ {number}))
    rest = without(shown.classified.text, why.words, dropped)
    language = language_of(request)
    now = Shown(shown.classified, why, dropped)
    yield {view.why: why_view.render(language, why, dropped), view.shown: now}
    if not dropped:
        yield {view.panel.result: render_scores(language, shown.classified)}
        return
    if not rest:
        yield {view.panel.result: states.notice(say(language, "classification.why.nothing_left"))}
        return

    def updates() -> Iterator[Any]:
        expert = shown.classified.card.spec.id
        yield from service.classify(rest, visitor_of(request), expert)

    def render(language: str, update: Classified) -> Updates:
        return {view.panel.result: render_scores(language, update, shown.classified, rest)}

    yield from view.panel.stream(request, updates, render)


def render_scores(
    language: str, found: Classified, before: Classified | None = None, rest: str = ""
) -> str:
    """The verdict in words, the bars, and the router's choice."""
    names = label_names(language, found.scores.labels)
    said = verdict(found.scores, names)
    if rest:
        said += Markup('<p class="st-quiet">{} <q>{}</q></p>').format(
            say(language, "classification.why.without"), rest
        )
    drawn = bars(language, found.scores, before.scores if before else None, names)
    route = (before or found).route
    return Markup('<section class="st-panel">{}{}{}</section>').format(
        said, drawn, _route(language, route) if route else ""
    )


def _route(language: str, route: Route) -> Markup:
    """Who was asked, how well each suited, and whether a better one is not on this disk."""
    sentence = say(language, "classification.route", expert=expert_name(language, route.expert))
    best = next(iter(route.shares))
    if best != route.expert:
        sentence += " " + say(
            language, "classification.route.better", expert=expert_name(language, best)
        )
    shares = ", ".join(
        f"{expert_name(language, expert)} {percent(share)}"
        for expert, share in route.shares.items()
    )
    return Markup('<p class="st-route">{} <span class="st-quiet">{}</span></p>').format(
        sentence, say(language, "classification.route.shares", shares=shares)
    )


def _connect_drop(service: Classification, view: View) -> None:
    """A click on a word."""

    def on_click(
        request: gr.Request, shown: Shown | None, event: gr.EventData
    ) -> Iterator[Updates]:
        yield from drop(service, view, request, shown, event)

    outputs = [*view.panel.components, view.why, view.shown]
    view.why.click(on_click, [view.shown], outputs, **LOOKS, **RUNS)
