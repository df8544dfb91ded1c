"""The map: all pictures of an index in two dimensions, and words among them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import gradio as gr

from backend.image_search.request import check_map_words
from backend.image_search.results import PictureMap
from backend.image_search.service import ImageSearch
from backend.run import Progress
from demos.image_search.payload import map_payload
from demos.shared.controls import line
from demos.shared.handlers import visitor_of
from demos.shared.permalinks import Param
from demos.shared.section import Section, Updates, buttons, render_card, result
from demos.shared.stage import stage

SECTION, TAB = "map", "image_search"


def build(
    service: ImageSearch, key: gr.Textbox, collections: gr.Dropdown
) -> tuple[Section, gr.Column]:
    """Lay out the section; also gives the place of the examples."""
    with gr.Row(elem_classes="st-work"):
        with gr.Column(scale=3, min_width=280):
            words = line(TAB, "map.words", max_lines=4, elem_id="image_search-map-words")
            run, stop = buttons(SECTION, TAB)
            examples = gr.Column()
        with gr.Column(scale=9, min_width=320):
            panel = result(SECTION, run, stop, True, tab=TAB)
            canvas = stage(
                "image_search-map", "image_search/map.js", styles=["image_search/map.css"]
            )
            panel.card.render()

    def answer(request: gr.Request, values: dict[str, Any]) -> Iterator[Updates]:
        def updates() -> Iterator[Progress | PictureMap]:
            scope = service.scope(values.get("collection"), values.get("key"))
            yield from service.map(scope, values["words"], visitor_of(request))

        def as_updates(language: str, update: PictureMap) -> Updates:
            return {
                panel.result: "",
                canvas: json.dumps(map_payload(language, service, update)),
                panel.card: render_card(language, update.card, "pictures", task=TAB),
            }

        yield from panel.stream(request, updates, as_updates)

    params = (Param("words", words, check_words, ""),)
    section = Section(SECTION, panel, params, answer, [run.click, words.submit], [canvas],
                      {"collection": collections, "key": key})  # fmt: skip
    return section, examples


def check_words(value: object) -> str:
    """The words of a link, if the map takes them. Raises InputError if it does not."""
    check_map_words(value)
    return str(value)
