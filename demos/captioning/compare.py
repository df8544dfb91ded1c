"""Side by side: two models, or two decoding strategies, on one picture."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import Any

import gradio as gr

from backend.captioning.request import OPTIONS, check_request
from backend.captioning.results import Described
from backend.captioning.service import Captioning
from backend.options import ChoiceOption
from backend.run import Progress
from backend.units import parameters_in_words
from demos.captioning.pictures import picture_of, picture_with_example
from demos.captioning.view import TAB
from demos.shared import html
from demos.shared.controls import radio
from demos.shared.handlers import visitor_of
from demos.shared.model_menu import model_menu
from demos.shared.section import Section, Updates, buttons, result
from demos.shared.strings import language_of, say, say_message, seconds_in_words

SECTION = "pair"
EXAMPLE = "pair_example"  # its parameter in links: the tab has another one
SIDES = {"first": "greedy", "second": "beam"}  # name -> strategy before a visitor chooses one
Pair = tuple[list[Described], dict[str, float]]  # with the captions' cosine similarities


def build(service: Captioning) -> tuple[Section, gr.Column]:
    """Lay out the section; the column is for the examples."""
    inputs: dict[str, gr.components.Component] = {}
    with gr.Row(elem_classes="st-work"):
        with gr.Column(scale=4, min_width=320):
            picture, example = picture_with_example("pair-picture", height=220)
            run, stop = buttons(SECTION, tab=TAB)
            examples = gr.Column()
            for side, strategy in SIDES.items():
                with gr.Group():
                    inputs[side] = model_menu(service.models())
                    inputs[f"{side}_strategy"] = _strategies(strategy)
        with gr.Column(scale=8, min_width=320):
            panel = result(SECTION, run, stop, tab=TAB)

    def answer(request: gr.Request, given: dict[str, Any]) -> Iterator[Updates]:
        values = {**given, "example": given[EXAMPLE]}
        if values["example"]:
            yield {picture: picture_of(values)}

        def results() -> Iterator[Progress | Pair]:
            return compare(service, values, visitor_of(request), language_of(request))

        def render(language: str, pair: Pair) -> Updates:
            return {panel.result: report(language, pair)}

        yield from panel.stream(request, results, render)

    params, unlinked = (replace(example, name=EXAMPLE),), {"picture": picture, **inputs}
    return Section(SECTION, panel, params, answer, [run.click], [picture], unlinked), examples


def _strategies(default: str) -> gr.Radio:
    option = OPTIONS["strategy"]
    assert isinstance(option, ChoiceOption)
    return radio(TAB, replace(option, default=default))


def compare(
    service: Captioning, values: dict[str, Any], visitor: str, language: str
) -> Iterator[Progress | Pair]:
    """Both captions, then how well they fit the picture."""
    described: list[Described] = []
    for side in SIDES:
        strategy = values[f"{side}_strategy"]
        checked = check_request(picture_of(values), strategy=strategy, language=language)
        asked = replace(checked, example="")  # their times are compared: none is a saved one's
        described.append((yield from _last(service.describe(asked, visitor, values[side] or ""))))
    texts = [one.captions[0].text for one in described]
    for update in service.rank(asked.picture, texts, visitor):
        yield update if isinstance(update, Progress) else (described, dict(update.rows))


def _last(updates: Iterator[Progress | Described]) -> Generator[Progress, None, Described]:
    """The progress; returns the last result."""
    last: Described | None = None
    for update in updates:
        if isinstance(update, Progress):
            yield update
        else:
            last = update
    assert last
    return last


def report(language: str, pair: Pair) -> str:
    """Two captions, and what each took."""
    described, cosines = pair
    sides = [_side(language, one, cosines) for one in described]
    return html.render("captioning/compare.html", language, sides=sides)


def _side(language: str, described: Described, cosines: dict[str, float]) -> dict[str, object]:
    assert described.card
    card, caption = described.card, described.captions[0]
    seconds = float(card.figures["caption_seconds"])
    facts = (
        ("strategy", say(language, f"captioning.strategy.{described.request.strategy}")),
        ("cosine", f"{cosines[caption.text]:.3f}"),
        ("caption_seconds", seconds_in_words(language, seconds)),
        ("parameters", parameters_in_words(card.spec.parameters)),
    )
    falls = [say_message(language, fall) for fall in card.falls]
    return {"model": card.spec.name, "words": caption.words, "facts": facts, "falls": falls}
