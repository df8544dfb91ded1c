"""The map: all pictures of a shelf on the plane where they differ most, and words among them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr

from backend.image_search.decoding import decoded
from backend.image_search.query import parse_query
from backend.image_search.request import GALLERY, place_of
from backend.image_search.results import Mapped
from backend.image_search.service import Search
from backend.image_search.sprite_sheet import MOST, TILE, atlas
from demos.image_search import pictures
from demos.shared import theme
from demos.shared.handlers import visitor_of
from demos.shared.html import percent
from demos.shared.permalinks import Param
from demos.shared.section import Section, Updates, buttons, render_card, result
from demos.shared.strings import say, t

SECTION, TAB = "map", "image_search"
JS = """
watch('value', () => window.showTell.pictureMap.draw(element, props.value));
if (props.value) window.showTell.pictureMap.draw(element, props.value);
"""


def build(service: Search, key: gr.Textbox, where: gr.Dropdown) -> tuple[Section, gr.Column]:
    """Lay out the section; also gives the place of the examples."""
    with gr.Row(elem_classes="st-work"):
        with gr.Column(scale=3, min_width=280):
            words = gr.Textbox(
                "",
                label=t("image_search.map.words"),
                info=t("image_search.map.words.info"),
                max_lines=4,
                elem_id="image_search-map-words",
            )
            run, stop = buttons(SECTION, TAB)
            examples = gr.Column()
        with gr.Column(scale=9, min_width=320):
            panel = result(SECTION, run, stop, True, tab=TAB)
            canvas = gr.HTML(
                None,
                html_template="<div></div>",
                head=theme.scripts("image_search/map.js"),
                js_on_load=JS,
                elem_id="image_search-map",
                apply_default_css=False,
            )
            panel.card.render()

    def answer(request: gr.Request, values: dict[str, Any]) -> Iterator[Updates]:
        def updates() -> Iterator[Any]:
            asked = place_of(values.get("collection"), values.get("key"))
            chosen.append(asked)
            yield from service.map(asked, values["words"], visitor_of(request))

        def render(language: str, update: Mapped) -> Updates:
            return {
                panel.result: "",
                canvas: payload(language, update, chosen[0]),
                panel.card: render_card(language, update.card, "pictures", task=TAB),
            }

        chosen: list[Any] = []
        yield from panel.stream(request, updates, render)

    def check_words(value: object) -> str:
        parse_query(value)
        return str(value)

    params = (Param("words", words, check_words, ""),)
    section = Section(SECTION, panel, params, answer, [run.click, words.submit], [canvas],
                      {"collection": where, "key": key})  # fmt: skip
    return section, examples


def payload(language: str, mapped: Mapped, where: Any) -> dict[str, Any]:
    """What the page draws: one sheet of small pictures, their places from 0 to 1, the words'."""
    shelf = mapped.shelf
    step = -(-len(shelf) // MOST)
    entries, places = shelf.entries[::step], mapped.places[::step]
    sheet, columns = atlas(decoded(where, [entry.key for entry in entries]), len(entries))
    low, high = places.min(0), places.max(0)
    size = (high - low).clip(1e-9)
    return {
        "sheet": pictures.as_data(sheet, "webp"),
        "tile": TILE,
        "columns": columns,
        "places": ((places - low) / size).round(4).tolist(),
        "names": [pictures.caption(language, entry) for entry in entries],
        "sources": [pictures.address(where, entry.key) for entry in entries]
        if where.name == GALLERY
        else [],
        "texts": [
            {"text": text, "place": ((place - low) / size).round(4).tolist()}
            for text, place in zip(mapped.texts, mapped.text_places, strict=True)
        ],
        "label": say(language, "image_search.map.label", count=len(entries)),
        "note": say(language, "image_search.map.note", share=percent(mapped.plane.explained)),
    }
