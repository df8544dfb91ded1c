"""Search: words, a picture or both; the grid; and why each picture is in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from backend.errors import InputError
from backend.image_search.query import PICTURE_WEIGHT, SORT, TEMPERATURE, TOP
from backend.image_search.request import GALLERY, check_request, place_of
from backend.image_search.results import Answer, Explained
from backend.image_search.service import TASK, Search
from backend.options import NumberOption
from demos.image_search import grid, why_view
from demos.shared.handlers import LOOKS, visitor_of
from demos.shared.model_menu import linked_model, model_menu
from demos.shared.permalinks import Param
from demos.shared.picture_field import picture_field
from demos.shared.section import Panel, Section, Updates, buttons, render_card, result
from demos.shared.strings import language_of, t

SECTION, TAB = "search", "image_search"


@dataclass(frozen=True)
class View:
    """What the section's runs change."""

    panel: Panel
    why: gr.HTML
    shown: gr.State  # the Explained on screen, or None


@dataclass(frozen=True)
class Places:
    """Parts of the layout that others fill."""

    examples: gr.Column
    collections: gr.Dropdown  # where to search


def build(service: Search, key: gr.Textbox) -> tuple[Section, Places]:
    """Lay out the section; `key` holds the visitor's key to their collections."""
    with gr.Row(elem_classes="st-work"):
        with gr.Column(scale=4, min_width=320):
            query = gr.Textbox(
                "",
                label=t("image_search.query"),
                info=t("image_search.query.info"),
                placeholder=t("image_search.query.placeholder"),
                lines=1,
                max_lines=6,
                elem_id="image_search-query",
                elem_classes="st-prompt is-query",
            )
            run, stop = buttons(SECTION, TAB)
            examples = gr.Column()
            picture = picture_field(
                label=t("image_search.picture"), height=170, elem_id="image_search-picture"
            )
            where = gr.Dropdown(
                [(t("image_search.gallery"), GALLERY)],
                value=GALLERY,
                label=t("image_search.collection"),
                elem_id="image_search-collection",
            )
            settings, model = _settings(service)
        with gr.Column(scale=8, min_width=320):
            panel = result(SECTION, run, stop, True, tab=TAB, js_on_load=grid.CLICK_JS)
            why = gr.HTML(elem_id="image_search-why", apply_default_css=False)
            panel.card.render()
    view = View(panel, why, gr.State(None))
    menu = linked_model(service.backend.models_for(TASK))
    params = (Param.text("query", query), *settings, Param("model", model, menu, ""))

    def answer(request: gr.Request, values: dict[str, Any]) -> Iterator[Updates]:
        yield from search(service, view, request, values)

    unlinked = {"picture": picture, "collection": where, "key": key}
    outputs = [why, view.shown]
    section = Section(SECTION, panel, params, answer, [run.click, query.submit], outputs, unlinked)
    _connect_choice(view)
    return section, Places(examples, where)


def _settings(service: Search) -> tuple[tuple[Param, ...], gr.Dropdown]:
    with gr.Accordion(t("common.settings"), open=False, elem_id="image_search-settings"):
        top, temperature, weight = (
            _slider(option) for option in (TOP, TEMPERATURE, PICTURE_WEIGHT)
        )
        sort = gr.Radio(
            [(t(f"image_search.sort.{way}"), way) for way in SORT.choices],
            value=SORT.default,
            label=t("image_search.sort"),
        )
        model = model_menu(service.backend.models_for(TASK))
    pairs = ((TOP, top), (TEMPERATURE, temperature), (PICTURE_WEIGHT, weight), (SORT, sort))
    return tuple(Param.option(option, part) for option, part in pairs), model


def _slider(option: NumberOption) -> gr.Slider:
    return gr.Slider(
        option.low, option.high, option.default, step=option.step,
        label=t(f"image_search.{option.name}"), info=t(f"image_search.{option.name}.info"),
    )  # fmt: skip


def search(
    service: Search, view: View, request: gr.Request, values: dict[str, Any]
) -> Iterator[Updates]:
    """The pictures first, then the reasons."""
    visitor = visitor_of(request)
    found: list[Answer] = []

    def updates() -> Iterator[Any]:
        asked = check_request(
            values["query"],
            values.get("picture"),
            place_of(values.get("collection"), values.get("key")),
            **{option.name: values[option.name] for option in (TOP, TEMPERATURE, PICTURE_WEIGHT)},
            sort=values["sort"],
        )
        yield from service.search(asked, visitor, values["model"] or "")
        yield from service.explain(found[0], visitor)

    def render(language: str, update: Answer | Explained) -> Updates:
        if isinstance(update, Explained):
            return {**explained(language, view, update, 0), view.shown: update}
        found.append(update)
        return {
            view.panel.result: grid.render(language, update),
            view.panel.card: render_card(language, update.card, "pictures", task=TAB),
            view.shown: None,
        }

    yield {view.why: ""}
    yield from view.panel.stream(request, updates, render)


def explained(language: str, view: View, update: Explained, number: int) -> Updates:
    """The grid with its maps, and the reasons for one of its pictures."""
    maps = [why_view.overlay_of(update, place) for place in range(len(update.answer.hits))]
    drawn = grid.render(language, update.answer, maps if any(maps) else (), number)
    return {view.panel.result: drawn, view.why: why_view.render(language, update, number)}


def _connect_choice(view: View) -> None:
    """A click on a picture explains it."""

    def choose(request: gr.Request, shown: Explained | None, event: gr.EventData) -> Updates:
        number = getattr(event, "hit", None)
        usable = isinstance(number, int) and shown and 0 <= number < len(shown.answer.hits)
        if not usable or shown is None or not isinstance(number, int):
            return {view.why: gr.skip()}
        try:
            return {view.why: why_view.render(language_of(request), shown, number)}
        except (InputError, KeyError):  # the collection went meanwhile
            return {view.why: ""}

    view.panel.result.click(choose, [view.shown], [view.why], queue=False, **LOOKS)
