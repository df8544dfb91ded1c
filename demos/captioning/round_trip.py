"""Round trip: draw a prompt, describe the drawing, draw that, and see how the meaning drifts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr
from markupsafe import Markup

from backend.captioning.request import OPTIONS, ROUNDS
from backend.captioning.results import RoundTrip
from backend.captioning.service import Captioning
from backend.run import Progress
from demos.captioning.view import TAB
from demos.shared import html
from demos.shared.controls import line, slider
from demos.shared.handlers import visitor_of
from demos.shared.permalinks import Param
from demos.shared.section import Section, Updates, buttons, render_card, result
from demos.shared.strings import language_of, say, say_message

SECTION = "circle"  # in links and element ids
MAX_SIDE = 192  # pixels of a drawing on the page


def build(service: Captioning) -> tuple[Section, gr.Column]:
    """Lay out the section; the column is for the examples."""
    with gr.Row(elem_classes="st-work"):
        with gr.Column(scale=4, min_width=320):
            prompt = line(
                TAB, "round_prompt", max_lines=2, elem_id="captioning-round-prompt",
                elem_classes="st-prompt search-query",
            )  # fmt: skip
            run, stop = buttons(SECTION, tab=TAB)
            examples = gr.Column()
            rounds = slider(TAB, ROUNDS, has_info=False)
            seed = line(TAB, "seed", value="1")
        with gr.Column(scale=8, min_width=320):
            panel = result(SECTION, run, stop, tab=TAB)

    def answer(request: gr.Request, values: dict[str, Any]) -> Iterator[Updates]:
        def results() -> Iterator[Progress | RoundTrip]:
            prompt, seed = values["round_prompt"], values["round_seed"]
            language, visitor = language_of(request), visitor_of(request)
            yield from service.round_trip(prompt, visitor, values["rounds"], language, seed=seed)

        def render(language: str, trip: RoundTrip) -> Updates:
            cards = (render_card(language, card, task=TAB) for card in trip.cards)
            return {panel.result: report(language, trip), panel.card: Markup("").join(cards)}

        yield from panel.stream(request, results, render)

    params = (
        Param.text("round_prompt", prompt),
        Param.option(ROUNDS, rounds),
        Param("round_seed", seed, _check_seed, "1"),
    )
    return Section(SECTION, panel, params, answer, [run.click, prompt.submit], []), examples


def _check_seed(value: object) -> str:
    return str(OPTIONS["seed"].check(value) if value else "")


def report(language: str, trip: RoundTrip) -> str:
    """From the prompt through drawings and captions, and how similar they all are."""
    captions, prompts = [*trip.texts[1:], "…"], [*(trip.prompts or trip.texts)[1:], "…"]
    rounds = [
        {
            "picture": html.data_url(picture, max_side=MAX_SIDE),
            "caption": caption,
            "prompt": prompt if prompt != caption else "",
        }
        for picture, caption, prompt in zip(trip.pictures, captions, prompts, strict=False)
    ]
    return html.render(
        "captioning/round_trip.html",
        language,
        prompt=trip.texts[0],
        rounds=rounds,
        count=trip.rounds,
        doing=say_message(language, trip.doing) if trip.doing else "",
        **_similarities(language, trip),
    )


def _similarities(language: str, trip: RoundTrip) -> dict[str, object]:
    """The cosine similarities as cells; the first row is the drift from the prompt."""
    if trip.cosines is None:
        return {"cells": []}
    names = [say(language, "captioning.round_start")]
    for number in range(1, trip.rounds + 1):
        names.append(say(language, "captioning.round_picture", number=number))
        names.append(say(language, "captioning.round_text", number=number))
    low = float(trip.cosines.min())
    scale = max(1 - low, 1e-9)
    cells = [
        (name, [((value - low) / scale, f"{value:.2f}") for value in row])
        for name, row in zip(names, trip.cosines.tolist(), strict=True)
    ]
    return {"cells": cells, "names": names, "drift": f"{trip.cosines[0, -1]:.3f}"}
