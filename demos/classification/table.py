"""Many texts at once: a CSV in, a CSV out, and with gold labels how good that was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
from markupsafe import Markup

from backend import csv_tables as tables
from backend.classification.service import BatchDone, Classification
from backend.errors import InputError
from backend.messages import Message, message
from demos.classification.charts import confusion, percent, reliability
from demos.classification.labels import expert_menu
from demos.classification.teach import render_report
from demos.shared import states
from demos.shared.files import file_of
from demos.shared.handlers import LOOKS, RUNS, connect_stop, visitor_of
from demos.shared.section import Panel, Updates, buttons, render_card, result
from demos.shared.strings import language_of, say, say_message, t

SECTION = "table"
SHOWN_ROWS = 12
TEXT_NAMES = ("text", "sentence", "review", "comment", "content", "文本", "文字")
GOLD_NAMES = ("label", "gold", "sentiment", "class", "category", "标签")


def build(service: Classification) -> None:
    """Lay out and wire the section."""
    with gr.Row(elem_classes="st-work"):
        with gr.Column(scale=5, min_width=320):
            file = gr.File(
                label=t("classification.csv"), file_types=[".csv", ".tsv", ".txt"], height=120,
                elem_id="classification-csv",
            )  # fmt: skip
            column = gr.Dropdown([], label=t("classification.column"), interactive=True)
            gold = gr.Dropdown(
                [],
                label=t("classification.gold"),
                info=t("classification.gold.info"),
                interactive=True,
            )
            expert = expert_menu(service.experts(), auto=False)
            run, stop = buttons(SECTION)
            sample = gr.Button(t("classification.csv.sample"), size="sm")
        with gr.Column(scale=7, min_width=320):
            download = gr.DownloadButton(
                t("classification.csv.download"), visible=False, elem_id="classification-csv-out"
            )
            panel = result(SECTION, run, stop)

    def columns_of(request: gr.Request, path: str | None) -> Updates:
        return _columns(request, path, panel, column, gold)

    file.change(columns_of, file, [panel.result, column, gold], **LOOKS)
    sample.click(lambda: str(_sample()), None, file, **LOOKS)

    def run_rows(
        request: gr.Request, path: str | None, text: str | None, label: str | None, chosen: str
    ) -> Iterator[Updates]:
        yield from _classify(service, panel, download, request, (path, text, label, chosen))

    inputs = [file, column, gold, expert]
    run.click(run_rows, inputs, [*panel.components, download], **LOOKS, **RUNS)
    connect_stop(service.backend, panel.stop)


def _columns(
    request: gr.Request, path: str | None, panel: Panel, column: gr.Dropdown, gold: gr.Dropdown
) -> Updates:
    """The menus of a new file's columns, the likely ones chosen."""
    if not path:
        return {column: gr.Dropdown([], value=None), gold: gr.Dropdown([], value=None)}
    try:
        table = tables.read_table(Path(path))
    except InputError as error:
        return {panel.result: states.error(language_of(request), error.message)}
    names = list(table.columns)
    return {
        panel.result: _preview(language_of(request), table),
        column: gr.Dropdown(names, value=_likely(names, TEXT_NAMES) or names[0]),
        gold: gr.Dropdown(["", *names], value=_likely(names, GOLD_NAMES) or ""),
    }


def _likely(names: list[str], wanted: tuple[str, ...]) -> str | None:
    return next((name for name in names if name.casefold() in wanted), None)


def _classify(
    service: Classification,
    panel: Panel,
    download: gr.DownloadButton,
    request: gr.Request,
    asked: tuple[Any, ...],
) -> Iterator[Updates]:
    """All rows; where the run is stopped, the rows that are done."""
    path, text, label, expert = asked
    reached: list[tuple[tables.Table, BatchDone, list[str] | None]] = []

    def updates() -> Iterator[Any]:
        from backend.classification.batch import gold_column

        if not path:
            raise InputError("no_file")
        table = tables.read_table(Path(path))
        texts, truth = table.column(text or ""), gold_column(table, label)
        for update in service.classify_rows(texts, visitor_of(request), expert):
            if isinstance(update, BatchDone):
                reached.append((table, update, truth))
                del reached[:-1]
            yield update

    def render(language: str, update: BatchDone) -> Updates:
        return {
            panel.result: _progress(language, update),
            panel.card: render_card(language, update.card, "rows", "rows_per_second"),
        }

    yield {download: gr.DownloadButton(visible=False)}
    yield from panel.stream(request, updates, render)
    if reached:
        yield _finished(language_of(request), panel, download, *reached[-1])


def _progress(language: str, done: BatchDone) -> str:
    batch = done.batch
    doing = message("classifying", done=batch.done, total=batch.total)
    share = 100 * batch.done / batch.total
    return Markup(
        '<section class="st-panel" role="status"><p>{}</p><span class="st-bar-track">'
        '<span class="st-bar-fill" style="width:{:.1f}%"></span></span></section>'
    ).format(say_message(language, doing), share)


def _finished(
    language: str,
    panel: Panel,
    download: gr.DownloadButton,
    table: tables.Table,
    done: BatchDone,
    truth: list[str] | None,
) -> Updates:
    from backend.classification.batch import as_csv, judge

    batch = done.batch
    notes: list[Message] = [*table.notes]
    if batch.done < batch.total:
        notes.append(message("half_done", done=batch.done, total=batch.total))
    judged = judge(batch, truth) if truth else None
    if judged and not judged.true_labels & set(batch.labels):
        notes.append(message("gold_unknown", labels=", ".join(batch.labels)))
    path = file_of("classified.csv", as_csv(table, batch))
    parts = [states.notice(say_message(language, note)) for note in notes]
    if judged:
        how = say(language, "classification.ece", ece=f"{judged.calibration.error:.3f}",
                  count=judged.report.count)  # fmt: skip
        parts.append(
            Markup('{}<div class="st-side">{}{}</div>').format(
                render_report(language, judged.report, how),
                confusion(language, judged.report.labels, judged.report.confusion),
                reliability(language, judged.calibration),
            )
        )
    parts.append(_first_rows(language, table, done))
    body = Markup('<section class="st-panel">{}</section>').format(Markup("").join(parts))
    return {panel.result: body, download: gr.DownloadButton(value=path, visible=True)}


def _first_rows(language: str, table: tables.Table, done: BatchDone) -> Markup:
    """The first rows with what was said of them."""
    batch = done.batch
    columns = (say(language, "classification.said"), say(language, "classification.confidence"))
    rows = [
        (label, percent(sure), *row)
        for label, sure, row in zip(
            batch.said, batch.confidence, table.rows[:SHOWN_ROWS], strict=False
        )
    ]
    return _html_table((*columns, *table.columns), rows)


def _preview(language: str, table: tables.Table) -> str:
    title = say(language, "classification.csv.read", rows=len(table.rows))
    notes = Markup("").join(states.notice(say_message(language, note)) for note in table.notes)
    return Markup('<section class="st-panel">{}<p>{}</p>{}</section>').format(
        notes, title, _html_table(table.columns, list(table.rows[:SHOWN_ROWS]))
    )


def _html_table(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> Markup:
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(name) for name in columns)
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(Markup("<td>{}</td>").format(cell[:200]) for cell in row)
        )
        for row in rows
    )
    return Markup(
        '<div class="st-scroll" tabindex="0"><table class="st-rows"><thead><tr>{}</tr></thead>'
        "<tbody>{}</tbody></table></div>"
    ).format(head, body)


def _sample() -> Path:
    """The sample table that comes with the app."""
    return Path(__file__).resolve().parents[2] / "assets" / "examples" / "sentences.csv"
