"""Two texts, or two experts on one text, beside each other; and a probe for bias."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr
from markupsafe import Markup

from backend.classification.bias import LISTS
from backend.classification.service import BUNDLED, Classification, Classified, Probed
from demos.classifying.charts import bar, bars, verdict
from demos.classifying.fields import short_field, text_field
from demos.classifying.labels import expert_menu, label_name, label_names
from demos.classifying.panel import Section, Updates, buttons, render_card, result
from demos.handlers import LOOKS, visitor_of
from demos.model_menu import linked_model
from demos.permalinks import Param
from demos.strings import say, t

COMPARE, PROBE = "compare", "probe"


def build_compare(service: Classification) -> tuple[Section, gr.Column]:
    """Two texts and two experts; also gives the place of the examples."""
    with gr.Row(elem_classes="st-work"):
        with gr.Column(scale=5, min_width=320):
            first = text_field("classification-first", "classification.first")
            first_expert = expert_menu(service.experts(), auto=False)
            second = text_field("classification-second", "classification.second")
            second_expert = expert_menu(service.experts(), auto=False)
            run, stop = buttons(COMPARE)
            examples_here = gr.Column()
        with gr.Column(scale=7, min_width=320):
            panel = result(COMPARE, run, stop)
    params = (
        Param.text("first", first),
        _expert_param(service, "first_expert", first_expert),
        Param.text("second", second),
        _expert_param(service, "second_expert", second_expert),
    )

    def answer(request: gr.Request, values: dict[str, Any]) -> Iterator[Updates]:
        visitor, seen = visitor_of(request), []
        second_text = values["second"] or values["first"]  # two experts on one text

        def updates() -> Iterator[Any]:
            yield from service.classify(values["first"], visitor, values["first_expert"])
            yield from service.classify(second_text, visitor, values["second_expert"])

        def render(language: str, update: Classified) -> Updates:
            seen.append(update)
            return {
                panel.result: render_pair(language, seen),
                panel.card: "".join(render_card(language, found.card) for found in seen),
            }

        yield from panel.stream(request, updates, render)

    first.blur(
        lambda text, copy: copy or text, [first, second], second, queue=False, **LOOKS,
    )  # fmt: skip
    starts = [run.click, second.submit]
    return Section(COMPARE, panel, params, answer, starts, []), examples_here


def build_probe(service: Classification) -> tuple[Section, gr.Column]:
    """One sentence over a list of words; also gives the place of the examples."""
    with gr.Row(elem_classes="st-work"):
        with gr.Column(scale=5, min_width=320):
            sentence = short_field("classification-sentence", "classification.sentence")
            ready = gr.Radio(
                [(t(f"classification.list.{name}"), name) for name in LISTS],
                label=t("classification.list"),
            )
            words = gr.Textbox(
                ", ".join(LISTS["names"]),
                label=t("classification.words"),
                max_lines=6,
                elem_id="classification-words",
            )
            expert = expert_menu(service.experts(), auto=False)
            run, stop = buttons(PROBE)
            examples_here = gr.Column()
        with gr.Column(scale=7, min_width=320):
            panel = result(PROBE, run, stop)
    ready.input(
        lambda name: ", ".join(LISTS[name]), ready, words, queue=False, **LOOKS,
    )  # fmt: skip
    params = (
        Param.text("sentence", sentence),
        Param("words", words, Param.text("words", words).check, ", ".join(LISTS["names"])),
        _expert_param(service, "probe_expert", expert),
    )

    def answer(request: gr.Request, values: dict[str, Any]) -> Iterator[Updates]:
        def updates() -> Iterator[Any]:
            return service.probe(
                values["sentence"], values["words"], visitor_of(request), values["probe_expert"]
            )

        def render(language: str, update: Probed) -> Updates:
            return {
                panel.result: render_probe(language, update),
                panel.card: render_card(language, update.card),
            }

        yield from panel.stream(request, updates, render)

    starts = [run.click, sentence.submit, words.submit]
    return Section(PROBE, panel, params, answer, starts, []), examples_here


def _expert_param(service: Classification, name: str, menu: gr.Dropdown) -> Param:
    return Param(name, menu, linked_model(service.experts(), name, BUNDLED[0]), BUNDLED[0])


def render_pair(language: str, pair: list[Classified]) -> str:
    """One column each; with the same labels, the second has marks where the first stood."""
    columns = []
    for number, found in enumerate(pair):
        first = pair[0].scores if number else None
        comparable = first is not None and first.labels == found.scores.labels
        names = label_names(language, found.scores.labels)
        drawn = bars(language, found.scores, first if comparable else None, names)
        columns.append(
            Markup(
                '<section class="st-panel"><p class="st-quiet">{}</p><q>{}</q>{}{}</section>'
            ).format(found.card.spec.name, found.text, verdict(found.scores, names), drawn)
        )
    return Markup('<div class="st-pair">{}</div>').format(Markup("").join(columns))


def render_probe(language: str, update: Probed) -> str:
    """A bar a word, highest first, and the spread in words."""
    probe = update.probe
    label = label_name(language, probe.label)
    title = say(
        language, "classification.probe.title", label=label, spread=f"{100 * probe.spread:.1f}"
    )
    rows = Markup("").join(bar(row.word, row.probability) for row in probe.rows)
    remark = say(language, "classification.probe.remark", deviation=f"{100 * probe.deviation:.1f}")
    if probe.most:
        remark += " " + say(language, "classification.probe.most", count=probe.labels)
    return Markup(
        '<section class="st-panel"><h3>{}</h3><ul class="st-bars">{}</ul>'
        '<p class="st-quiet">{}</p></section>'
    ).format(title, rows, remark)
