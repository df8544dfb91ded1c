"""The circle: draw a prompt, describe the drawing, draw that; and watch the meaning drift."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr
from markupsafe import Markup

from backend.captioning.round_trip import ROUNDS, Circled, run_circle
from backend.captioning.service import Captioning
from backend.text_to_image.request import OPTIONS, check_request
from demos.captioning.payload import picture_data
from demos.shared.colours import heat, text_on_heat
from demos.shared.handlers import visitor_of
from demos.shared.permalinks import Param
from demos.shared.section import Section, Updates, buttons, render_card, result
from demos.shared.strings import say, say_message, t

SECTION, TAB = "circle", "captioning"
SIDE = 192  # pixels of a drawing on the page


def build(service: Captioning) -> tuple[Section, gr.Column]:
    """Lay out the section; the column is for the examples."""
    with gr.Row(elem_classes="st-work"):
        with gr.Column(scale=4, min_width=320):
            prompt = gr.Textbox(
                "",
                label=t("captioning.round_prompt"),
                info=t("captioning.round_prompt.info"),
                max_lines=2,
                elem_id="captioning-round-prompt",
                elem_classes="st-prompt search-query",
            )
            run, stop = buttons(SECTION, TAB)
            examples = gr.Column()
            rounds = gr.Slider(
                ROUNDS.low, ROUNDS.high, ROUNDS.default, step=1, label=t("captioning.rounds")
            )
            seed = gr.Textbox(
                "1", label=t("captioning.seed"), info=t("captioning.seed.info"), max_lines=1
            )
        with gr.Column(scale=8, min_width=320):
            panel = result(SECTION, run, stop, tab=TAB)

    def answer(request: gr.Request, values: dict[str, Any]) -> Iterator[Updates]:
        def updates() -> Iterator[Any]:
            asked = check_request(values["round_prompt"], seed=values["round_seed"])
            yield from run_circle(service.backend, asked, values["rounds"], visitor_of(request))

        def render(language: str, told: Circled) -> Updates:
            cards = Markup("").join(
                Markup(render_card(language, card, task=TAB))  # noqa: S704 (made by Markup)
                for card in told.cards
            )
            return {panel.result: drawn(language, told), panel.card: cards}

        yield from panel.stream(request, updates, render)

    def check_seed(value: Any) -> str:
        return str(OPTIONS["seed"].check(value) if value else "")

    params = (
        Param.text("round_prompt", prompt),
        Param.option(ROUNDS, rounds),
        Param("round_seed", seed, check_seed, "1"),
    )
    return Section(SECTION, panel, params, answer, [run.click, prompt.submit], []), examples


def drawn(language: str, told: Circled) -> str:
    """The way from the prompt through drawings and captions, and how alike they all are."""
    steps = [_step(say(language, "captioning.round_start"), "", told.texts[0])]
    for number, picture in enumerate(told.pictures):
        said = told.texts[number + 1] if number + 1 < len(told.texts) else "…"
        title = say(language, "captioning.round", number=number + 1, rounds=told.rounds)
        image = Markup('<img src="{}" alt="">').format(picture_data(picture, SIDE))
        steps.append(_step(title, image, said))
    matrix = table(language, told) if told.cosines is not None else _doing(language, told)
    return Markup('<section class="st-panel"><ol class="cp-circle">{}</ol>{}</section>').format(
        Markup("").join(steps), matrix
    )


def _doing(language: str, told: Circled) -> Markup:
    said = say_message(language, told.doing) if told.doing else ""
    return Markup('<p class="st-quiet" role="status">{}</p>').format(said)


def _step(title: str, image: str, text: str) -> Markup:
    return Markup('<li><span class="st-quiet">{}</span>{}<b>{}</b></li>').format(title, image, text)


def table(language: str, told: Circled) -> Markup:
    """All cosines; the first row is the drift from the prompt."""
    assert told.cosines is not None
    names = [say(language, "captioning.round_start")]
    for number in range(1, told.rounds + 1):
        names += [
            say(language, f"captioning.round_{kind}", number=number) for kind in ("picture", "text")
        ]
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(name) for name in names)
    low = float(told.cosines.min())
    rows = Markup("").join(
        Markup('<tr><th scope="row">{}</th>{}</tr>').format(
            name, Markup("").join(_cell(float(value), low) for value in row)
        )
        for name, row in zip(names, told.cosines, strict=True)
    )
    drift = say(
        language, "captioning.drift", cosine=f"{told.cosines[0, -1]:.3f}", rounds=told.rounds
    )
    title = say(language, "captioning.matrix")
    return Markup(
        '<p class="search-verdict">{}</p><div class="st-scroll" tabindex="0" role="region" '
        'aria-label="{}"><table class="st-grid cp-matrix"><caption>{}</caption><thead><tr><td></td>'
        "{}</tr></thead><tbody>{}</tbody></table></div>"
    ).format(drift, title, title, head, rows)


def _cell(value: float, low: float) -> Markup:
    share = (value - low) / max(1 - low, 1e-9)
    return Markup('<td style="background:{};color:{}">{}</td>').format(
        heat(share), text_on_heat(share), f"{value:.2f}"
    )
