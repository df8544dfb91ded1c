"""Many texts at once: a CSV in, a CSV out, and with gold labels how good that was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from backend.classification.columns import label_column, text_column
from backend.classification.results import BatchDone, TableClassified
from backend.classification.service import Classification
from backend.errors import InputError
from backend.run import Progress
from demos.classification import view
from demos.classification.fields import TAB, expert_menu
from demos.shared import states
from demos.shared.files import file_of
from demos.shared.handlers import LISTENER, RUNS, connect_stop, visitor_of
from demos.shared.section import Panel, Updates, buttons, result
from demos.shared.strings import language_of, t

SECTION = "table"
SAMPLE = Path(__file__).resolve().parents[2] / "assets" / "examples" / "sentences.csv"


@dataclass(frozen=True)
class View:
    """What the section's handlers change."""

    panel: Panel
    column: gr.Dropdown
    gold: gr.Dropdown
    download: gr.DownloadButton


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
            run, stop = buttons(SECTION, TAB)
            sample = gr.Button(t("classification.csv.sample"), size="sm")
        with gr.Column(scale=7, min_width=320):
            download = gr.DownloadButton(
                t("classification.csv.download"),
                visible=False,
                elem_id="classification-csv-out",
            )
            panel = result(SECTION, run, stop, tab=TAB)
    changed = View(panel, column, gold, download)
    _connect(service, changed, file, expert)
    sample.click(lambda: str(SAMPLE), None, file, **LISTENER)


def _connect(service: Classification, changed: View, file: gr.File, expert: gr.Dropdown) -> None:
    panel, column, gold = changed.panel, changed.column, changed.gold

    def open_file(request: gr.Request, path: str | None) -> Updates:
        return open_table(service, changed, request, path)

    def run_rows(
        request: gr.Request, path: str | None, text: str | None, label: str | None, chosen: str
    ) -> Iterator[Updates]:
        yield from classify(service, changed, request, (path, text, label, chosen))

    file.change(open_file, file, [panel.result, column, gold], **LISTENER)
    outputs = [*panel.components, changed.download]
    panel.run.click(run_rows, [file, column, gold, expert], outputs, **LISTENER, **RUNS)
    connect_stop(service.backend, panel.stop)


def open_table(
    service: Classification, changed: View, request: gr.Request, path: str | None
) -> Updates:
    """A new file's first rows, and the menus of its columns, the likely ones chosen."""
    if not path:
        empty = gr.Dropdown([], value=None)
        return {changed.column: empty, changed.gold: empty}
    language = language_of(request)
    try:
        table = service.open_table(Path(path))
    except InputError as error:
        return {changed.panel.result: states.error(language, error.message)}
    names = list(table.columns)
    return {
        changed.panel.result: view.table_preview(language, table),
        changed.column: gr.Dropdown(names, value=text_column(table) or names[0]),
        changed.gold: gr.Dropdown(["", *names], value=label_column(table) or ""),
    }


def classify(
    service: Classification,
    changed: View,
    request: gr.Request,
    given: tuple[str | None, str | None, str | None, str],
) -> Iterator[Updates]:
    """All rows; if the run is stopped, the rows that are done. `given` are the file's path, the
    columns of the texts and of the right labels, and the expert."""
    path, text, gold, expert = given
    panel = changed.panel
    ended: list[TableClassified] = []

    def updates() -> Iterator[Progress | BatchDone | TableClassified]:
        table = service.open_table(Path(path) if path else None)
        yield from service.classify_table(table, text or "", gold, visitor_of(request), expert)

    def render(language: str, update: BatchDone | TableClassified) -> Updates:
        if isinstance(update, TableClassified):
            ended.append(update)
            return {}
        figures = ("rows", "rows_per_second")
        drawn = view.table_progress(language, update)
        return view.shown(panel, drawn, language, update.card, *figures)

    yield {changed.download: gr.DownloadButton(visible=False)}
    yield from panel.stream(request, updates, render)
    for end in ended:  # last: gradio's page forgets an update that the next one overtakes
        yield _finished(language_of(request), changed, end)


def _finished(language: str, changed: View, end: TableClassified) -> Updates:
    path: Any = file_of("classified.csv", end.csv)
    return {
        changed.panel.result: view.table_result(language, end),
        changed.download: gr.DownloadButton(value=path, visible=True),
    }
