"""What a BERT was pretrained on: the masked word, and whether one sentence follows another."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import gradio as gr
from markupsafe import Markup

from backend.classification.scores import Scores
from backend.classification.service import Classification, Filled, Follows
from backend.models.registry import ModelSpec
from backend.units import bytes_in_words
from demos.classification.charts import bars, verdict
from demos.classification.fields import short_field, text_field
from demos.shared import states
from demos.shared.handlers import visitor_of
from demos.shared.permalinks import Param
from demos.shared.section import Section, Updates, buttons, render_card, result
from demos.shared.strings import say

GAP, NEXT, VIEW = "gap", "next", "masked"


def build_gap(service: Classification) -> tuple[Section, gr.Column]:
    """Words for a gap; also gives the place of the examples."""
    with gr.Row(elem_classes="st-work"):
        with gr.Column(scale=5, min_width=320):
            text = short_field("classification-gap", "classification.gap")
            run, stop = buttons(GAP)
            examples_here = gr.Column()
        with gr.Column(scale=7, min_width=320):
            panel = result(GAP, run, stop)

    def answer(request: gr.Request, values: dict[str, Any]) -> Iterator[Updates]:
        def updates() -> Iterator[Any]:
            return service.fill_mask(values["gap"], visitor_of(request))

        def render(language: str, update: Filled) -> Updates:
            return {
                panel.result: render_gaps(language, update),
                panel.card: render_card(language, update.card),
            }

        yield from panel.stream(request, updates, render)

    starts = [run.click, text.submit]
    params = (Param.text("gap", text),)
    withheld = partial(asks_for_download, service.masked_model())
    section = Section(GAP, panel, params, answer, starts, [], withheld=withheld, view=VIEW)
    return section, examples_here


def build_next(service: Classification) -> Section:
    """Does the second sentence follow the first?"""
    with gr.Row(elem_classes="st-work"):
        with gr.Column(scale=5, min_width=320):
            before, after = (
                text_field(f"classification-{name}", f"classification.{name}")
                for name in ("before", "after")
            )
            run, stop = buttons(NEXT)
        with gr.Column(scale=7, min_width=320):
            panel = result(NEXT, run, stop)
    params = (Param.text("before", before), Param.text("after", after))

    def answer(request: gr.Request, values: dict[str, Any]) -> Iterator[Updates]:
        def updates() -> Iterator[Any]:
            return service.next_sentence(values["before"], values["after"], visitor_of(request))

        def render(language: str, update: Follows) -> Updates:
            return {
                panel.result: render_follows(language, update),
                panel.card: render_card(language, update.card),
            }

        yield from panel.stream(request, updates, render)

    withheld = partial(asks_for_download, service.masked_model())
    starts = [run.click, after.submit]
    return Section(NEXT, panel, params, answer, starts, [], withheld=withheld, view=VIEW)


def render_gaps(language: str, found: Filled) -> str:
    """The likeliest words of each gap as bars."""
    drawn = Markup("").join(
        bars(language, Scores(tuple(f.word for f in gap), tuple(f.probability for f in gap)))
        for gap in found.gaps
    )
    return Markup('<section class="st-panel">{}</section>').format(drawn)


def render_follows(language: str, found: Follows) -> str:
    """Yes and no as bars."""
    yes = found.probability
    scores = Scores(
        (say(language, "classification.follows"), say(language, "classification.follows.not")),
        (yes, 1 - yes),
    )
    return Markup('<section class="st-panel">{}{}</section>').format(
        verdict(scores), bars(language, scores)
    )


def asks_for_download(row: ModelSpec, language: str) -> str:
    """What a link shows that would have to download the model: nothing does so unasked."""
    if row.source.on_disk():
        return ""
    size = bytes_in_words(row.source.download_bytes or 0)
    return states.notice(say(language, "classification.masked.ask", model=row.name, size=size))
