"""Many texts at once: a CSV in, a CSV out, and with gold labels how good that was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from backend.classification.columns import label_column, text_column
from backend.classification.results import BatchDone, TableClassified
from backend.classification.service import Classification
from backend.csv_tables import Table
from backend.errors import InputError
from backend.options import ChoiceOption
from backend.run import Progress
from demos.classification import view
from demos.classification.fields import TAB, expert_menu, expert_param
from demos.shared import states
from demos.shared.files import file_of
from demos.shared.handlers import LISTENER, visitor_of
from demos.shared.permalinks import Param, hidden_field
from demos.shared.section import Panel, Section, Updates, buttons, result
from demos.shared.strings import language_of, t

SECTION = "table"
SAMPLE = Path(__file__).resolve().parents[2] / "assets" / "examples" / "sentences.csv"
SAMPLE_COLUMNS = "text", "label"
EXAMPLE = ChoiceOption("table", "", ("", "sample"))  # in place of a file of one's own


@dataclass(frozen=True)
class View:
    """What the section's handlers change."""

    panel: Panel
    file: gr.File
    column: gr.Dropdown
    gold: gr.Dropdown
    download: gr.DownloadButton


def build(service: Classification) -> tuple[Section, gr.Column]:
    """Lay out and wire the section; the column is for the examples."""
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
            example, examples = hidden_field(), gr.Column()
        with gr.Column(scale=7, min_width=320):
            download = gr.DownloadButton(
                t("classification.csv.download"),
                visible=False,
                elem_id="classification-csv-out",
            )
            panel = result(SECTION, run, stop, tab=TAB)
    changed = View(panel, file, column, gold, download)
    _connect_file(service, changed, example)
    params = Param.option(EXAMPLE, example), expert_param(service, "table_expert", expert)
    unlinked = {"file": file, "column": column, "gold": gold}
    answer = partial(_answer, service, changed)
    outputs = [file, column, gold, download]
    return Section(SECTION, panel, params, answer, [run.click], outputs, unlinked), examples


def _connect_file(service: Classification, changed: View, example: gr.Textbox) -> None:
    """A visitor's own table takes the place of the example, and shows its first rows."""

    def open_file(request: gr.Request, path: str | None) -> Updates:
        return {example: "", **open_table(service, changed, request, path)}

    outputs = [example, changed.panel.result, changed.column, changed.gold]
    file = changed.file
    gr.on([file.upload, file.clear, file.delete], open_file, file, outputs, **LISTENER)


def _answer(
    service: Classification, changed: View, request: gr.Request, values: dict[str, Any]
) -> Iterator[Updates]:
    """A run with the form's values; those of the example come with it, until a visitor chooses."""
    path, text, gold = values["file"], values["column"], values["gold"]
    if EXAMPLE.check(values[EXAMPLE.name]) and not _is_sample(path):
        path, text, gold = str(SAMPLE), *SAMPLE_COLUMNS
        yield {changed.file: path, **_columns(service.open_table(SAMPLE), changed)}
    yield from classify(service, changed, request, (path, text, gold, values["table_expert"]))


def _is_sample(path: str | None) -> bool:
    """Whether the field has the sample already, under whatever name gradio has given it."""
    return bool(path) and Path(str(path)).read_bytes() == SAMPLE.read_bytes()


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
    return {
        changed.panel.result: view.table_preview(language, table),
        **_columns(table, changed),
    }


def _columns(table: Table, changed: View) -> Updates:
    """The menus of a table's columns."""
    names = list(table.columns)
    return {
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
