"""Side by side: two models, or two ways of choosing words, on one picture."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr
from markupsafe import Markup

from backend.captioning.request import OPTIONS, check_request
from backend.captioning.service import Captioning, Described
from backend.options import ChoiceOption
from backend.run import Progress
from backend.units import parameters_in_words
from demos.captioning.pictures import picture_of, picture_with_example
from demos.shared.colours import heat, text_on_heat
from demos.shared.handlers import LOOKS, visitor_of
from demos.shared.model_menu import model_menu
from demos.shared.section import Section, Updates, buttons, result
from demos.shared.strings import say, say_message, seconds_in_words, t

SECTION, TAB = "pair", "captioning"
SIDES = ("first", "second")
DEFAULTS = {"first": "greedy", "second": "beam"}


def build(service: Captioning) -> Section:
    """Lay out the section."""
    inputs: dict[str, Any] = {}
    with gr.Row(elem_classes="st-work"):
        with gr.Column(scale=4, min_width=320):
            picture, example = picture_with_example("pair-picture", height=220)
            sample = gr.Button(t("captioning.pair.sample"), size="sm")
            run, stop = buttons(SECTION, TAB)
            for side in SIDES:
                with gr.Group():
                    inputs[side] = model_menu(service.models())
                    inputs[f"{side}_way"] = _ways(side)
        with gr.Column(scale=8, min_width=320):
            panel = result(SECTION, run, stop, tab=TAB)

    def answer(request: gr.Request, values: dict[str, Any]) -> Iterator[Updates]:
        visitor = visitor_of(request)

        def updates() -> Iterator[Any]:
            sides: list[Described] = []
            for side in SIDES:
                asked = check_request(picture_of(values), strategy=values[f"{side}_way"])
                last = None
                for update in service.describe(asked, visitor, values[side] or ""):
                    if isinstance(update, Progress):
                        yield update
                    else:
                        last = update
                assert last
                sides.append(last)
            texts = [side.captions[0].text for side in sides]
            for update in service.rank(asked.picture, texts, visitor):
                yield update if isinstance(update, Progress) else (sides, dict(update.rows))

        def render(language: str, both: tuple[list[Described], dict[str, float]]) -> Updates:
            cards = Markup("").join(_side(language, side, both[1]) for side in both[0])
            return {panel.result: Markup('<div class="st-pair">{}</div>').format(cards)}

        yield from panel.stream(request, updates, render)

    sample.click(lambda: (picture_of({"example": "apple"}), "apple"), None,
                 [picture, example.component], **LOOKS)  # fmt: skip
    unlinked = {"picture": picture, "example": example.component, **inputs}
    return Section(SECTION, panel, (), answer, [run.click], [], unlinked)


def _ways(side: str) -> gr.Radio:
    row = OPTIONS["strategy"]
    assert isinstance(row, ChoiceOption)
    choices = [(t(f"captioning.strategy.{way}"), way) for way in row.choices]
    return gr.Radio(choices, value=DEFAULTS[side], label=t("captioning.strategy"))


def _side(language: str, told: Described, cosines: dict[str, float]) -> Markup:
    """One model's caption, and what it took."""
    assert told.card
    card, caption = told.card, told.captions[0]
    words = Markup(" ").join(
        Markup('<span class="cp-word" style="background:{};color:{}">{}</span>').format(
            heat(word.chance), text_on_heat(word.chance), word.text
        )
        for word in caption.words
    )
    facts = {
        "strategy": say(language, f"captioning.strategy.{told.request.strategy}"),
        "cosine": f"{cosines[caption.text]:.3f}",
        "caption_seconds": seconds_in_words(language, float(card.figures["caption_seconds"])),
        "parameters": parameters_in_words(card.spec.parameters),
    }
    rows = Markup("").join(
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(
            say(language, f"captioning.{name}"), value
        )
        for name, value in facts.items()
    )
    falls = Markup("").join(
        Markup("<p>{}</p>").format(say_message(language, fall)) for fall in card.falls
    )
    return Markup(
        '<section class="st-panel"><h3>{}</h3><p class="cp-line">{}</p><dl class="cp-facts">{}</dl>'
        "{}</section>"
    ).format(card.spec.name, words, rows, falls)
