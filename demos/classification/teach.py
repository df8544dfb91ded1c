"""Teach it: examples in, a head out, an honest look at it, and new texts at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
from markupsafe import Markup

from backend.classification.head import LARGEST_FILE, Head, read_head
from backend.classification.metrics import Report
from backend.classification.service import Classification, Classified, Taught
from backend.classification.teach import Hard, Lesson, parse_examples
from backend.csv_tables import read_table
from backend.errors import InputError
from demos.classification.charts import bars, confusion, learning_curve, percent, verdict
from demos.classification.fields import text_field
from demos.shared import states
from demos.shared.files import file_of
from demos.shared.handlers import LOOKS, RUNS, connect_stop, visitor_of
from demos.shared.permalinks import Param
from demos.shared.section import Panel, Section, Updates, buttons, render_card, result
from demos.shared.strings import language_of, say, t

SECTION, USE = "teach", "use"


def build(service: Classification) -> tuple[Section, gr.Column]:
    """Lay out the section; also gives the place of the examples."""
    head = gr.State(None)
    with gr.Row(elem_classes="st-work"):
        with gr.Column(scale=5, min_width=320):
            examples = gr.Textbox(
                "",
                label=t("classification.examples"),
                info=t("classification.examples.info"),
                placeholder=t("classification.examples.placeholder"),
                lines=7,
                max_lines=16,
                elem_id="classification-examples",
            )
            table = gr.File(
                label=t("classification.examples.file"),
                file_types=[".csv", ".tsv", ".txt"],
                height=140,
            )
            run, stop = buttons(SECTION)
            examples_here = gr.Column()
            with gr.Row(elem_classes="st-after"):
                save = gr.DownloadButton(
                    t("classification.head.save"), visible=False, size="sm",
                    elem_id="classification-head-save",
                )  # fmt: skip
                load = gr.UploadButton(
                    t("classification.head.load"), file_types=[".json"], size="sm",
                    elem_id="classification-head-load",
                )  # fmt: skip
        with gr.Column(scale=7, min_width=320):
            new_text = text_field("classification-new-text", "classification.new_text")
            use, use_stop = buttons(USE)
            used = result(USE, use, use_stop)
            panel = result(SECTION, run, stop)
    params = (Param.text("examples", examples),)

    def answer(request: gr.Request, values: dict[str, Any]) -> Iterator[Updates]:
        def updates() -> Iterator[Any]:
            rows = _rows(values["examples"], values.get("file"))
            yield from service.teach(rows, visitor_of(request))

        def render(language: str, update: Taught) -> Updates:
            return {
                panel.result: render_lesson(language, update),
                panel.card: render_card(language, update.card, "training_seconds"),
                head: update.lesson.head,
                save: _download(update.lesson.head),
                used.result: "",
            }

        yield from panel.stream(request, updates, render)

    _connect_use(service, used, head, new_text)
    _connect_load(load, used, head, save)
    section = Section(
        SECTION, panel, params, answer, [run.click], [head, save, used.result], {"file": table}
    )
    return section, examples_here


def _rows(examples: str, file: str | None) -> list[tuple[object, object]]:
    """The typed examples, and those of a table with the columns text and label."""
    rows: list[tuple[object, object]] = list(parse_examples(examples))
    if file:
        table = read_table(Path(file))
        rows += zip(table.column("text"), table.column("label"), strict=True)
    return rows


def _connect_use(
    service: Classification, used: Panel, head: gr.State, new_text: gr.Textbox
) -> None:
    """New text, with the head that was taught or loaded."""

    def answer_new(request: gr.Request, taught: Head | None, text: str) -> Iterator[Updates]:
        def updates() -> Iterator[Any]:
            if taught is None:
                raise InputError("no_head")
            yield from service.use_head(taught, text, visitor_of(request))

        def render(language: str, update: Classified) -> Updates:
            drawn = Markup('<section class="st-panel">{}{}</section>').format(
                verdict(update.scores), bars(language, update.scores)
            )
            return {used.result: drawn, used.card: render_card(language, update.card)}

        yield from used.stream(request, updates, render)

    gr.on(
        [used.run.click, new_text.submit], answer_new, [head, new_text], used.components,
        **LOOKS, **RUNS,
    )  # fmt: skip
    connect_stop(service.backend, used.stop)


def _connect_load(
    load: gr.UploadButton, used: Panel, head: gr.State, save: gr.DownloadButton
) -> None:
    """A saved head takes the place of the taught one."""

    def load_head(request: gr.Request, file: str | None) -> Updates:
        language = language_of(request)
        try:
            loaded = _read_file(file)
        except InputError as error:
            return {used.result: states.error(language, error.message)}
        names = ", ".join(loaded.labels)
        note = say(language, "classification.head.loaded", labels=names)
        return {
            head: loaded,
            used.result: states.notice(note),
            save: gr.DownloadButton(visible=False),
        }

    load.upload(load_head, load, [head, used.result, save], **LOOKS)


def _read_file(file: str | None) -> Head:
    if not file:
        raise InputError("no_file")
    path = Path(file)
    if path.stat().st_size > LARGEST_FILE:
        raise InputError("bad_head", reason="too large")
    return read_head(path.read_text(encoding="utf-8", errors="replace"))


def _download(head: Head) -> Any:
    """The button, with the head as a file behind it."""
    path = file_of("head.json", head.as_json().encode())
    return gr.DownloadButton(value=path, visible=True)


def render_lesson(language: str, taught: Taught) -> str:
    """Metrics, confusion matrix, learning curve, hardest examples."""
    lesson = taught.lesson
    return Markup('<section class="st-panel">{}<div class="st-side">{}{}</div>{}</section>').format(
        render_report(language, lesson.report, _how_tested(language, lesson)),
        confusion(language, lesson.report.labels, lesson.report.confusion),
        learning_curve(language, lesson.curve),
        _hardest(language, lesson.hardest),
    )


def _how_tested(language: str, lesson: Lesson) -> str:
    return say(language, "classification.folds", folds=lesson.folds, count=lesson.report.count)


def render_report(language: str, report: Report, how: str) -> Markup:
    """The four figures and how they came about."""
    figures = Markup("").join(
        Markup('<div class="st-figure"><b>{}</b><span>{}</span></div>').format(
            f"{value:.3f}", say(language, f"classification.metric.{name}")
        )
        for name, value in (
            ("accuracy", report.accuracy),
            ("precision", report.precision),
            ("recall", report.recall),
            ("f1", report.f1),
        )
    )
    return Markup('<div class="st-figures">{}</div><p class="st-quiet">{}</p>').format(figures, how)


def _hardest(language: str, hardest: tuple[Hard, ...]) -> Markup:
    rows = Markup("").join(
        Markup("<li><q>{}</q> <span>{}</span></li>").format(
            hard.example.text[:160],
            say(
                language,
                "classification.hard",
                label=hard.example.label,
                probability=percent(hard.probability),
                said=hard.said,
            ),
        )
        for hard in hardest
    )
    title = say(language, "classification.hardest")
    return Markup('<h3>{}</h3><ul class="st-hardest">{}</ul>').format(title, rows)
