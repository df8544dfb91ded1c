"""Search: words, a picture or both; the ranking; and why each picture is in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from backend.errors import InputError
from backend.image_search.request import PICTURE_WEIGHT, SORT, TEMPERATURE, TOP, check_request
from backend.image_search.results import ExplainedResult, SearchResult
from backend.image_search.scope import GALLERY
from backend.image_search.service import TASK, ImageSearch
from backend.run import Progress
from demos.image_search import gallery, view
from demos.shared.controls import control, line
from demos.shared.handlers import LISTENER, visitor_of
from demos.shared.model_menu import linked_model, model_menu
from demos.shared.permalinks import Param
from demos.shared.picture_field import picture_field
from demos.shared.section import Panel, Section, Updates, buttons, render_card, result
from demos.shared.stage import clicks
from demos.shared.strings import language_of, t

SECTION, TAB = "search", "image_search"
OPTIONS = (TOP, TEMPERATURE, PICTURE_WEIGHT, SORT)


@dataclass(frozen=True)
class Outputs:
    """What the section's runs change."""

    panel: Panel
    gallery: gr.HTML
    why: gr.HTML
    shown: gr.State  # the ExplainedResult on screen, or None


@dataclass(frozen=True)
class Places:
    """Parts of the layout that others fill."""

    examples: gr.Column
    collections: gr.Dropdown  # where to search
    gallery: gr.HTML  # before the first query


def build(service: ImageSearch, key: gr.Textbox) -> tuple[Section, Places]:
    """Lay out the section; `key` holds the visitor's key to their collections."""
    with gr.Row(elem_classes="st-work"):
        with gr.Column(scale=4, min_width=320):
            query = line(
                TAB, "query", placeholder=t("image_search.query.placeholder"), lines=1,
                max_lines=6, elem_id="image_search-query", elem_classes="st-prompt search-query",
            )  # fmt: skip
            run, stop = buttons(SECTION, TAB)
            examples = gr.Column()
            picture = picture_field(
                label=t("image_search.picture"), height=170, elem_id="image_search-picture"
            )
            collections = gr.Dropdown(
                [(t("image_search.gallery"), GALLERY)], value=GALLERY,
                label=t("image_search.collection"), elem_id="image_search-collection",
            )  # fmt: skip
            settings = _settings(service)
        outputs = _outputs(run, stop)

    def answer(request: gr.Request, values: dict[str, Any]) -> Iterator[Updates]:
        yield from search(service, outputs, request, values)

    section = Section(
        SECTION, outputs.panel, (Param.text("query", query), *settings), answer,
        [run.click, query.submit], [outputs.why, outputs.shown],
        {"picture": picture, "collection": collections, "key": key},
    )  # fmt: skip
    _connect_choice(outputs)
    return section, Places(examples, collections, outputs.gallery)


def _outputs(run: gr.Button, stop: gr.Button) -> Outputs:
    with gr.Column(scale=8, min_width=320):
        pictures = gallery.build()
        panel = result(SECTION, run, stop, True, tab=TAB, js_on_load=clicks("hit", marks=True))
        why = gr.HTML(elem_id="image_search-why", apply_default_css=False)
        panel.card.render()
    return Outputs(panel, pictures, why, gr.State(None))


def _settings(service: ImageSearch) -> tuple[Param, ...]:
    specs = service.backend.models_for(TASK)
    with gr.Accordion(t("common.settings"), open=False, elem_id="image_search-settings"):
        params = [Param.option(option, control(TAB, option)) for option in OPTIONS]
        model = model_menu(specs)
    return *params, Param("model", model, linked_model(specs), "")


def search(
    service: ImageSearch, outputs: Outputs, request: gr.Request, values: dict[str, Any]
) -> Iterator[Updates]:
    """The pictures first, then the reasons."""
    visitor = visitor_of(request)

    def updates() -> Iterator[Progress | SearchResult | ExplainedResult]:
        asked = check_request(
            values["query"],
            values.get("picture"),
            service.scope(values.get("collection"), values.get("key")),
            **{option.name: values[option.name] for option in OPTIONS},
        )
        found = None
        for update in service.search(asked, visitor, values["model"] or ""):
            found = update
            yield update
        if isinstance(found, SearchResult):
            yield from service.explain(found, visitor)

    def as_updates(language: str, update: SearchResult | ExplainedResult) -> Updates:
        if isinstance(update, ExplainedResult):
            return {**explained(language, outputs, update, 0), outputs.shown: update}
        return {
            outputs.panel.result: view.render_ranking(language, update.ranking),
            outputs.panel.card: render_card(language, update.card, "pictures", task=TAB),
            outputs.shown: None,
        }

    yield {outputs.why: ""}
    yield from outputs.panel.stream(request, updates, as_updates)


def explained(language: str, outputs: Outputs, update: ExplainedResult, number: int) -> Updates:
    """The ranking with its maps, and the reasons for one of its pictures."""
    maps = [view.overlay_of(update, place) for place in range(len(update.ranking.hits))]
    shown = view.render_ranking(language, update.ranking, maps if any(maps) else (), number)
    return {outputs.panel.result: shown, outputs.why: view.render_reasons(language, update, number)}


def _connect_choice(outputs: Outputs) -> None:
    """A click on a picture explains it."""

    def choose(request: gr.Request, shown: ExplainedResult | None, event: gr.EventData) -> Updates:
        number = getattr(event, "hit", None)
        if shown is None or not isinstance(number, int):
            return {outputs.why: gr.skip()}
        if not 0 <= number < len(shown.ranking.hits):
            return {outputs.why: gr.skip()}
        try:
            return {outputs.why: view.render_reasons(language_of(request), shown, number)}
        except (InputError, KeyError):  # the collection was deleted meanwhile
            return {outputs.why: ""}

    outputs.panel.result.click(choose, [outputs.shown], [outputs.why], queue=False, **LISTENER)
