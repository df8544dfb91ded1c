"""Many at once: files or ZIPs in; a CSV, and a ZIP with a text for each picture, out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr

from backend import gallery
from backend.captioning.export import as_csv, as_texts
from backend.captioning.request import check_sentence
from backend.captioning.results import Batch
from backend.captioning.service import Captioning
from backend.messages import message
from backend.options import ChoiceOption
from backend.pictures import check_paths
from backend.run import Progress
from demos.captioning.pictures import PICTURES
from demos.captioning.view import TAB
from demos.shared import html
from demos.shared.controls import line
from demos.shared.file_field import file_field
from demos.shared.files import file_of
from demos.shared.handlers import visitor_of
from demos.shared.model_menu import model_menu
from demos.shared.permalinks import Param, hidden_field
from demos.shared.section import Panel, Section, Updates, buttons, render_card, result
from demos.shared.strings import language_of, say_message, t

SECTION = "many"
FIGURES = ("pictures", "pictures_per_second")  # on the run card
MAX_SHOWN = 50  # rows on the page
SAMPLE = ChoiceOption("folder", "", ("", "six"))  # in place of files of one's own


def build(service: Captioning) -> tuple[Section, gr.Column]:
    """Lay out the section; the column is for the examples."""
    with gr.Row(elem_classes="st-work"):
        with gr.Column(scale=4, min_width=320):
            files = file_field(
                label=t("captioning.files"), file_count="multiple", height=180,
                elem_id="captioning-files",
            )  # fmt: skip
            run, stop = buttons(SECTION, tab=TAB)
            sample, examples = hidden_field(), gr.Column()
            prefix = line(TAB, "prefix")
            model = model_menu(service.models())
        with gr.Column(scale=8, min_width=320):
            with gr.Row(elem_classes="st-after"):
                table, texts = (_download_button(name) for name in ("csv", "texts"))
            panel = result(SECTION, run, stop, tab=TAB)

    def answer(request: gr.Request, values: dict[str, Any]) -> Iterator[Updates]:
        chosen = values
        if SAMPLE.check(values["folder"]):
            paths = [str(gallery.file_of(name)) for name in PICTURES.values()]
            chosen = {**values, "files": paths}
            yield {files: paths}
        yield from describe_all(service, panel, (table, texts), request, chosen)

    gr.on([files.upload, files.clear, files.delete], fn=None, js="() => ''", outputs=sample)
    params, outputs = (Param.option(SAMPLE, sample),), [table, texts, files]
    unlinked = {"files": files, "prefix": prefix, "model": model}
    return Section(SECTION, panel, params, answer, [run.click], outputs, unlinked), examples


def _download_button(name: str) -> gr.DownloadButton:
    return gr.DownloadButton(
        t(f"captioning.{name}"),
        visible=False,
        elem_id=f"captioning-{name}",
    )


def describe_all(
    service: Captioning,
    panel: Panel,
    downloads: tuple[gr.DownloadButton, gr.DownloadButton],
    request: gr.Request,
    values: dict[str, Any],
) -> Iterator[Updates]:
    """A run; at its end the files can be downloaded."""
    finished: list[Batch] = []

    def results() -> Iterator[Progress | Batch]:
        prefix = check_sentence(values["prefix"], "prefix")
        paths = check_paths(values["files"])
        visitor, model, language = visitor_of(request), values["model"] or "", language_of(request)
        yield from service.describe_all(paths, visitor, prefix, model, language)

    def render(language: str, batch: Batch) -> Updates:
        shown: Updates = {panel.result: report(language, batch)}
        if batch.card:
            finished.append(batch)
            shown[panel.card] = render_card(language, batch.card, *FIGURES, task=TAB)
        return shown

    hidden = gr.DownloadButton(visible=False)
    yield {**dict.fromkeys(downloads, hidden), panel.card: ""}
    yield from panel.stream(request, results, render)
    if finished:  # last: gradio's browser side forgets an update that the next one overtakes
        table, texts = downloads
        yield {
            table: _download("captions.csv", as_csv(finished[0])),
            texts: _download("captions.zip", as_texts(finished[0])),
        }


def _download(name: str, content: bytes) -> gr.DownloadButton:
    return gr.DownloadButton(value=file_of(name, content), visible=True)


def report(language: str, batch: Batch) -> str:
    """How far it is, the captions, and what was skipped and why."""
    code = "batch_cut" if batch.stopped else "captioning_all"
    done = message(code, done=len(batch.rows), total=batch.total)
    return html.render(
        "captioning/batch.html",
        language,
        done=say_message(language, done),
        finished=batch.card is not None,
        share=(len(batch.rows) + len(batch.skipped)) / max(batch.total, 1),
        rows=batch.rows[-MAX_SHOWN:],
        skipped=[say_message(language, one.reason) for one in batch.skipped[:MAX_SHOWN]],
        skipped_count=len(batch.skipped),
    )
