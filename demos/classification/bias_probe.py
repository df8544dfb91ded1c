"""A probe for bias: one sentence over a list of words, and how much a label's score moves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import gradio as gr
from markupsafe import Markup

from backend.classification.bias import LISTS
from backend.classification.service import BUNDLED, Classification, Probed
from demos.classification.charts import bar
from demos.classification.fields import short_field
from demos.classification.labels import expert_menu, expert_param, label_name, label_names
from demos.shared.handlers import LOOKS, visitor_of
from demos.shared.permalinks import Param
from demos.shared.section import Section, Updates, buttons, render_card, result
from demos.shared.strings import say, t

PROBE = "probe"
ANY = ""  # in place of a label: the one that moves most


def build(service: Classification) -> tuple[Section, gr.Column]:
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
            label = gr.Dropdown(
                [(t("classification.probe.any"), ANY)],
                value=ANY,
                label=t("classification.probe.label"),
                info=t("classification.probe.label_info"),
                allow_custom_value=True,  # a link's label, before the expert has told its own
                elem_id="classification-probe-label",
            )
            run, stop = buttons(PROBE)
            examples_here = gr.Column()
        with gr.Column(scale=7, min_width=320):
            panel = result(PROBE, run, stop)
    before = gr.State(BUNDLED[0])  # the expert whose labels the menu has
    ready.input(
        lambda name: ", ".join(LISTS[name]), ready, words, queue=False, **LOOKS,
    )  # fmt: skip
    params = (
        Param.text("sentence", sentence),
        Param("words", words, Param.text("words", words).check, ", ".join(LISTS["names"])),
        expert_param(service, "probe_expert", expert),
        Param.text("probe_label", label),
    )

    def answer(request: gr.Request, values: dict[str, Any]) -> Iterator[Updates]:
        def updates() -> Iterator[Any]:
            return service.probe(
                values["sentence"],
                values["words"],
                visitor_of(request),
                values["probe_expert"],
                values["probe_label"],
            )

        def show(language: str, update: Probed) -> Updates:
            return {
                panel.result: render(language, update),
                panel.card: render_card(language, update.card),
                label: gr.Dropdown(label_choices(language, update.probe.labels)),
                before: values["probe_expert"],
            }

        yield from panel.stream(request, updates, show)

    expert.input(other_labels, [expert, before], [label, before], queue=False, **LOOKS)
    starts = [run.click, sentence.submit, words.submit]
    return Section(PROBE, panel, params, answer, starts, [label, before]), examples_here


def other_labels(expert: str, before: str) -> tuple[Any, str]:
    """Another expert has labels of its own. gradio also calls this when the menu is only left."""
    if expert == before:
        return gr.skip(), before
    return gr.Dropdown([(t("classification.probe.any"), ANY)], value=ANY), expert


def label_choices(language: str, labels: Iterable[str]) -> list[tuple[str, str]]:
    """The dropdown's rows: whichever moves most, and each label of the expert that was asked."""
    names = label_names(language, labels)
    any_label = say(language, "classification.probe.any")
    return [(any_label, ANY), *((name, label) for label, name in names.items())]


def render(language: str, update: Probed) -> str:
    """A bar a word, highest first, and the spread in words."""
    probe = update.probe
    label = label_name(language, probe.label)
    title = say(
        language, "classification.probe.title", label=label, spread=f"{100 * probe.spread:.1f}"
    )
    rows = Markup("").join(bar(row.word, row.probability) for row in probe.rows)
    remark = say(language, "classification.probe.remark", deviation=f"{100 * probe.deviation:.1f}")
    if probe.most:
        remark += " " + say(language, "classification.probe.most", count=len(probe.labels))
    return Markup(
        '<section class="st-panel"><h3>{}</h3><ul class="st-bars">{}</ul>'
        '<p class="st-quiet">{}</p></section>'
    ).format(title, rows, remark)
