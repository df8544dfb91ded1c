"""The captioning tab: what a picture shows, how sure each word is, and where the model looked."""

from __future__ import annotations

import gradio as gr

from backend import Backend
from backend.captioning.service import SEARCH_TASK, TASK, Captioning
from backend.options import ChoiceOption
from demos.captioning import api, batch, compare, describe, round_trip, video
from demos.captioning.explained import EXPLAINED
from demos.shared.examples import Example, example_buttons
from demos.shared.explain import explain
from demos.shared.inner_tabs import inner_tab, wire
from demos.shared.permalinks import Form, Param, PictureTarget, hidden_field
from demos.shared.section import Section

ID = "captioning"
VIEWS = ("describe", "many", "clip", "circle", "pair")  # as links name them

EXAMPLES = (
    Example("captioning.example.elephant", {"example": "elephant"}),
    Example("captioning.example.lion", {"example": "lion", "strategy": "beam", "candidates": 4}),
    Example(
        "captioning.example.car",
        {"example": "car", "strategy": "sample", "candidates": 5, "seed": "4"},
    ),
    Example("captioning.example.cello", {"example": "violin", "own": "a drawing of a violin"}),
    Example("captioning.example.violin", {"example": "violin", "prefix": "a photo of a"}),
    Example("captioning.example.apple", {"example": "apple"}),
)
ROUND_TRIP_EXAMPLES = (
    Example("captioning.example.circle", {"view": "circle", "round_prompt": "a red apple"}),
    Example("captioning.example.drift", {"view": "circle", "round_prompt": "a happy king"}),
)
VIDEO_EXAMPLES = (Example("captioning.clip.sample", {"view": "clip", "film": "scenes"}),)
BATCH_EXAMPLES = (Example("captioning.many.sample", {"view": "many", "folder": "six"}),)
PAIR_EXAMPLES = (Example("captioning.pair.sample", {"view": "pair", "pair_example": "apple"}),)


def build(backend: Backend) -> Form:
    """Lay out and wire the tab. Returns its form, through which links and examples fill it."""
    service = Captioning(backend)
    view = hidden_field(VIEWS[0], elem_id="captioning-view")
    notice = gr.HTML(apply_default_css=False)
    with gr.Tabs(elem_id="captioning-views", overflow_behavior="wrap") as bar:
        with inner_tab(ID, "describe", view):
            one, examples_here = describe.build(service)
        with inner_tab(ID, "many", view):
            many, folders_here = batch.build(service)
        with inner_tab(ID, "clip", view):
            film, films_here = video.build(service)
        with inner_tab(ID, "circle", view):
            circle, round_trips_here = round_trip.build(service)
        with inner_tab(ID, "pair", view):
            pair, pairs_here = compare.build(service)
    links_here = gr.Row(elem_classes="st-after")
    explain(ID, "captioning.explain", EXPLAINED)
    sections = [one, circle, film, pair, many]
    form = _form(sections, view, notice)
    with examples_here:
        example_buttons(form, EXAMPLES)
    with round_trips_here:
        example_buttons(form, ROUND_TRIP_EXAMPLES)
    with films_here:
        example_buttons(form, VIDEO_EXAMPLES)
    with pairs_here:
        example_buttons(form, PAIR_EXAMPLES)
    with folders_here:
        example_buttons(form, BATCH_EXAMPLES)
    wire(backend, form, view, bar, links_here, sections)
    api.add_endpoints(service)
    return form


def _form(sections: list[Section], view: gr.Textbox, notice: gr.HTML) -> Form:
    params = (
        Param.option(ChoiceOption("view", VIEWS[0], VIEWS), view),
        *(param for section in sections for param in section.params),
    )
    describing = sections[0]
    mains = tuple(section.params[0].name for section in sections)
    example = describing.params[0].component
    target = PictureTarget(describing.unlinked["picture"], ((view, VIEWS[0]), (example, "")))
    shown = "captioning-views"
    return Form(
        ID,
        params,
        mains,
        hidden_field(),
        notice,
        result=shown,
        models=((TASK, ""), (SEARCH_TASK, "")),
        picture_target=target,
    )
