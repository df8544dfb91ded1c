"""The image search tab: the gallery or your own pictures by caption, and why each one matched.

Another tab can hand it a picture, which no link can hold: see `demos/shared/send_to.py`.
"""

from __future__ import annotations

import gradio as gr

from backend import Backend
from backend.image_search.request import TEMPLATE
from backend.image_search.service import TASK, ImageSearch
from backend.options import ChoiceOption
from demos.image_search import api, collections, gallery, matrix, picture_map, search
from demos.image_search.explained import EXPLAINED
from demos.shared.examples import Example, example_buttons
from demos.shared.explain import explain
from demos.shared.inner_tabs import inner_tab, wire
from demos.shared.permalinks import Form, Param, PictureTarget, hidden_field
from demos.shared.stage import call

ID = "image_search"
VIEWS = ("search", "own", "matrix", "map")
KEY_JS = call("image_search/key.js", "collectionsKey")

EXAMPLES = (
    Example("image_search.example.scene", {"query": "hat"}),
    Example("image_search.example.chinese", {"query": "红色的水果"}),
    Example("image_search.example.terms", {"query": "flower - red"}),
    Example("image_search.example.sum", {"query": "car + red"}),
    Example("image_search.example.none", {"query": "inflation rate policy"}),
)
MAP_EXAMPLES = (
    Example(
        "image_search.example.map",
        {"view": "map", "words": "animal + fruit + vehicle + house + music + 花"},
    ),
)
MATRIX_EXAMPLES = (
    Example(
        "image_search.matrix.sample",
        {
            "view": "matrix",
            "pictures": "things",
            "captions": matrix.SAMPLE_CAPTIONS,
            "template": TEMPLATE,
        },
    ),
)


def build(backend: Backend) -> Form:
    """Lay out and wire the tab. Returns its form, through which links and examples fill it."""
    service = ImageSearch(backend)
    view = hidden_field(VIEWS[0], elem_id="image_search-view")
    key = hidden_field(elem_id="image_search-key")
    notice = gr.HTML(apply_default_css=False)
    with gr.Tabs(elem_id="image_search-views", overflow_behavior="wrap") as bar:
        with inner_tab(ID, "search", view):
            find, places = search.build(service, key)
        with inner_tab(ID, "own", view):
            index = collections.build(service, key, places.collections)
        with inner_tab(ID, "matrix", view):
            table, tables_here = matrix.build(service)
        with inner_tab(ID, "map", view):
            map_section, map_examples = picture_map.build(service, key, places.collections)
    links_here = gr.Row(elem_classes="st-after")
    explain(ID, "image_search.explain", EXPLAINED)
    sections = [find, map_section, table]
    form = _form(sections, view, notice)
    with places.examples:
        example_buttons(form, EXAMPLES)
    with tables_here:
        example_buttons(form, MATRIX_EXAMPLES)
    with map_examples:
        example_buttons(form, MAP_EXAMPLES)
    wire(backend, form, view, bar, links_here, sections, [index])
    gallery.connect(places.gallery, form, find.params[0].component, find.unlinked["picture"])
    gr.on(None, fn=None, js=KEY_JS, outputs=key)  # when the page opens
    api.add_endpoints(service)
    return form


def _form(sections: list[search.Section], view: gr.Textbox, notice: gr.HTML) -> Form:
    params = (
        Param.option(ChoiceOption("view", VIEWS[0], VIEWS), view),
        *(param for section in sections for param in section.params),
    )
    find = sections[0]
    mains = tuple(section.params[0].name for section in sections)
    others = ((view, VIEWS[0]), (find.params[0].component, ""))
    target = PictureTarget(find.unlinked["picture"], others)
    shown = "image_search-views"
    return Form(
        ID,
        params,
        mains,
        hidden_field(),
        notice,
        result=shown,
        models=((TASK, ""),),
        picture_target=target,
    )
