"""Teach it: examples in, a head out, an honest look at it, and new texts at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from backend.classification.results import Classified, Head, Taught
from backend.classification.service import Classification
from backend.errors import InputError
from backend.run import Progress
from demos.classification import view
from demos.classification.fields import TAB, text_field
from demos.shared import states
from demos.shared.files import file_of
from demos.shared.handlers import LISTENER, RUNS, connect_stop, visitor_of
from demos.shared.permalinks import Param
from demos.shared.section import Panel, Section, Updates, buttons, result
from demos.shared.strings import language_of, say, t

SECTION, USE = "teach", "use"


@dataclass(frozen=True)
class View:
    """What the section's handlers change."""

    panel: Panel
    used: Panel  # of new texts
    head: gr.State  # Head or None
    save: gr.DownloadButton


def build(service: Classification) -> tuple[Section, gr.Column]:
    """Lay out the section; also gives the place of the examples."""
    with gr.Row(elem_classes="st-work"):
        with gr.Column(scale=5, min_width=320):
            examples, file = _examples_fields()
            run, stop = buttons(SECTION, TAB)
            examples_here = gr.Column()
            save, load = _head_buttons()
        with gr.Column(scale=7, min_width=320):
            new_text = text_field("classification-new-text", "classification.new_text")
            used = result(USE, *buttons(USE, TAB), tab=TAB)
            panel = result(SECTION, run, stop, tab=TAB)
    changed = View(panel, used, gr.State(None), save)
    _connect_use(service, changed, new_text)
    _connect_load(service, changed, load)
    section = Section(
        SECTION,
        panel,
        (Param.text("examples", examples),),
        partial(_answer, service, changed),
        [run.click],
        [changed.head, save, used.result],
        {"file": file},
    )
    return section, examples_here


def _examples_fields() -> tuple[gr.Textbox, gr.File]:
    examples = gr.Textbox(
        "",
        label=t("classification.examples"),
        info=t("classification.examples.info"),
        placeholder=t("classification.examples.placeholder"),
        lines=7,
        max_lines=16,
        elem_id="classification-examples",
    )
    file = gr.File(
        label=t("classification.examples.file"), file_types=[".csv", ".tsv", ".txt"], height=140
    )
    return examples, file


def _head_buttons() -> tuple[gr.DownloadButton, gr.UploadButton]:
    with gr.Row(elem_classes="st-after"):
        save = gr.DownloadButton(
            t("classification.head.save"),
            visible=False,
            size="sm",
            elem_id="classification-head-save",
        )
        load = gr.UploadButton(
            t("classification.head.load"),
            file_types=[".json"],
            size="sm",
            elem_id="classification-head-load",
        )
    return save, load


def _answer(
    service: Classification, changed: View, request: gr.Request, values: dict[str, Any]
) -> Iterator[Updates]:
    def updates() -> Iterator[Progress | Taught]:
        read = service.examples(values["examples"], _path(values.get("file")))
        yield from service.teach(read.rows, visitor_of(request), read.notes)

    def render(language: str, update: Taught) -> Updates:
        drawn, head = view.lesson(language, update.lesson), update.lesson.head
        return {
            **view.shown(changed.panel, drawn, language, update.card, "training_seconds"),
            changed.head: head,
            changed.save: _download(head),
            changed.used.result: "",
        }

    yield from changed.panel.stream(request, updates, render)


def _connect_use(service: Classification, changed: View, new_text: gr.Textbox) -> None:
    """A new text, with the head that was taught or loaded."""
    used = changed.used

    def answer(request: gr.Request, head: Head | None, text: str) -> Iterator[Updates]:
        def updates() -> Iterator[Progress | Classified]:
            if head is None:
                raise InputError("no_head")
            yield from service.use_head(head, text, visitor_of(request))

        def render(language: str, update: Classified) -> Updates:
            drawn = view.plain_scores(language, update.scores)
            return view.shown(used, drawn, language, update.card)

        yield from used.stream(request, updates, render)

    starts, inputs = [used.run.click, new_text.submit], [changed.head, new_text]
    gr.on(starts, answer, inputs, used.components, **LISTENER, **RUNS)
    connect_stop(service.backend, used.stop)


def _connect_load(service: Classification, changed: View, load: gr.UploadButton) -> None:
    """A saved head replaces the taught one."""
    head, used, save = changed.head, changed.used.result, changed.save

    def load_head(request: gr.Request, file: str | None) -> Updates:
        language = language_of(request)
        try:
            loaded = service.load_head(_path(file))
        except InputError as error:
            return {used: states.error(language, error.message)}
        note = say(language, "classification.head.loaded", labels=", ".join(loaded.labels))
        hidden = gr.DownloadButton(visible=False)
        return {head: loaded, used: states.notice(note), save: hidden}

    load.upload(load_head, load, [head, used, save], **LISTENER)


def _download(head: Head) -> gr.DownloadButton:
    """The button, with the head as a file behind it."""
    path: Any = file_of("head.json", head.as_json().encode())
    return gr.DownloadButton(value=path, visible=True)


def _path(file: str | None) -> Path | None:
    return Path(file) if file else None
