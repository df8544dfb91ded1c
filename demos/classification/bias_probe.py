"""A bias probe: one sentence with each of a list of words, and how far a label's score moves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import gradio as gr

from backend.classification.request import PROBE_LISTS
from backend.classification.results import Probed
from backend.classification.service import Classification
from demos.classification import view
from demos.classification.fields import TAB, expert_menu, expert_param, short_field
from demos.classification.names import label_names
from demos.shared.handlers import LISTENER, visitor_of
from demos.shared.permalinks import Param
from demos.shared.section import Panel, Section, Updates, buttons, result
from demos.shared.strings import say, t

SECTION = "probe"
ANY = ""  # in place of a label: the one that varies most
NAMES = ", ".join(PROBE_LISTS["names"])


@dataclass(frozen=True)
class View:
    """What the section's runs change."""

    panel: Panel
    label: gr.Dropdown
    labels_of: gr.State  # the expert whose labels the menu has


def build(service: Classification) -> tuple[Section, gr.Column]:
    """Lay out the section; also gives the place of the examples."""
    with gr.Row(elem_classes="st-work"):
        with gr.Column(scale=5, min_width=320):
            sentence = short_field("classification-sentence", "classification.sentence")
            words = _words_field()
            expert, label = expert_menu(service.experts(), auto=False), _label_menu()
            run, stop = buttons(SECTION, TAB)
            examples_here = gr.Column()
        with gr.Column(scale=7, min_width=320):
            panel = result(SECTION, run, stop, tab=TAB)
    changed = View(panel, label, gr.State(service.default_expert()))
    params = (
        Param.text("sentence", sentence),
        Param("words", words, Param.text("words", words).check, NAMES),
        expert_param(service, "probe_expert", expert),
        Param.text("probe_label", label),
    )
    beside = [label, changed.labels_of]
    expert.input(other_labels, [expert, changed.labels_of], beside, queue=False, **LISTENER)
    starts = [run.click, sentence.submit, words.submit]
    answer = partial(_answer, service, changed)
    return Section(SECTION, panel, params, answer, starts, beside), examples_here


def _words_field() -> gr.Textbox:
    """The words, and the ready lists that fill the field."""
    ready = gr.Radio(
        [(t(f"classification.list.{name}"), name) for name in PROBE_LISTS],
        label=t("classification.list"),
    )
    words = gr.Textbox(
        NAMES, label=t("classification.words"), max_lines=6, elem_id="classification-words"
    )
    ready.input(
        lambda name: ", ".join(PROBE_LISTS.get(name, ())), ready, words, queue=False, **LISTENER,
    )  # fmt: skip
    return words


def _label_menu() -> gr.Dropdown:
    return gr.Dropdown(
        [(t("classification.probe.any"), ANY)],
        value=ANY,
        label=t("classification.probe.label"),
        info=t("classification.probe.label_info"),
        allow_custom_value=True,  # a link's label, before the expert's labels are known
        elem_id="classification-probe-label",
    )


def _answer(
    service: Classification, changed: View, request: gr.Request, values: dict[str, Any]
) -> Iterator[Updates]:
    panel, expert = changed.panel, values["probe_expert"]
    run = partial(
        service.probe,
        values["sentence"],
        values["words"],
        visitor_of(request),
        expert,
        values["probe_label"],
    )

    def render(language: str, update: Probed) -> Updates:
        drawn = view.probe(language, update.probe)
        choices = label_choices(language, update.probe.labels)
        return {
            **view.shown(panel, drawn, language, update.card),
            changed.label: gr.Dropdown(choices),
            changed.labels_of: expert,
        }

    yield from panel.stream(request, run, render)


def other_labels(expert: str, labels_of: str) -> tuple[Any, str]:
    """Another expert has other labels. gradio also calls this when the menu only loses focus."""
    if expert == labels_of:
        return gr.skip(), labels_of
    return gr.Dropdown([(t("classification.probe.any"), ANY)], value=ANY), expert


def label_choices(language: str, labels: Iterable[str]) -> list[tuple[str, str]]:
    """The menu's rows: the label that varies most, and each label of the expert."""
    names = label_names(language, labels)
    any_label = say(language, "classification.probe.any")
    return [(any_label, ANY), *((name, label) for label, name in names.items())]
