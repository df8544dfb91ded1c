"""Many at once: files or ZIPs in; a CSV, and a text beside each picture, out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr
from markupsafe import Markup

from backend.captioning.batch import Batch, as_csv, as_texts
from backend.captioning.request import check_sentence
from backend.captioning.service import Captioning
from backend.messages import message
from backend.pictures import check_paths
from demos.shared.files import file_of
from demos.shared.handlers import visitor_of
from demos.shared.html import percent
from demos.shared.model_menu import model_menu
from demos.shared.section import Section, Updates, buttons, render_card, result
from demos.shared.strings import say, say_message, t

SECTION, TAB = "many", "captioning"
MOST_SHOWN = 50  # rows on the page


def build(service: Captioning) -> Section:
    """Lay out the section."""
    with gr.Row(elem_classes="st-work"):
        with gr.Column(scale=4, min_width=320):
            files = gr.File(
                label=t("captioning.files"), file_count="multiple", height=180,
                elem_id="captioning-files",
            )  # fmt: skip
            prefix = gr.Textbox(
                "", label=t("captioning.prefix"), info=t("captioning.prefix.info"), max_lines=1
            )
            model = model_menu(service.models())
            run, stop = buttons(SECTION, TAB)
        with gr.Column(scale=8, min_width=320):
            with gr.Row(elem_classes="st-after"):
                table = gr.DownloadButton(
                    t("captioning.csv"), visible=False, elem_id="captioning-csv"
                )
                texts = gr.DownloadButton(
                    t("captioning.texts"), visible=False, elem_id="captioning-texts"
                )
            panel = result(SECTION, run, stop, tab=TAB)

    def answer(request: gr.Request, values: dict[str, Any]) -> Iterator[Updates]:
        def updates() -> Iterator[Any]:
            begun = check_sentence(values["prefix"], "prefix")
            paths = check_paths(values["files"])
            yield from service.describe_all(
                paths, visitor_of(request), begun, values["model"] or ""
            )

        done: list[Batch] = []

        def render(language: str, batch: Batch) -> Updates:
            shown: Updates = {panel.result: report(language, batch)}
            if batch.card:
                done.append(batch)
                figures = ("pictures", "pictures_per_second")
                shown[panel.card] = render_card(language, batch.card, *figures, task=TAB)
            return shown

        hidden = gr.DownloadButton(visible=False)
        yield {table: hidden, texts: hidden, panel.card: ""}
        yield from panel.stream(request, updates, render)
        if done:  # last: gradio's browser side forgets an update that the next one overtakes
            yield {
                table: _download("captions.csv", as_csv(done[0])),
                texts: _download("captions.zip", as_texts(done[0])),
            }

    inputs = {"files": files, "prefix": prefix, "model": model}
    return Section(SECTION, panel, (), answer, [run.click], [table, texts], inputs)


def _download(name: str, content: bytes) -> gr.DownloadButton:
    return gr.DownloadButton(value=file_of(name, content), visible=True)


def report(language: str, batch: Batch) -> str:
    """How far it is, the captions, and what was skipped and why."""
    done = len(batch.rows) + len(batch.skipped)
    code = "batch_cut" if batch.stopped else "captioning_all"
    said = say_message(language, message(code, done=len(batch.rows), total=batch.total))
    bar = Markup(
        '<span class="st-bar-track"><span class="st-bar-fill" style="width:{:.1f}%"></span></span>'
    ).format(100 * done / max(batch.total, 1))
    rows = Markup("").join(
        Markup("<tr><td>{}</td><td>{}</td><td>{}</td></tr>").format(
            row.name, row.caption, percent(row.chance)
        )
        for row in batch.rows[-MOST_SHOWN:]
    )
    head = Markup("").join(
        Markup('<th scope="col">{}</th>').format(say(language, f"captioning.column.{name}"))
        for name in ("file", "caption", "chance")
    )
    table = Markup(
        '<div class="st-scroll" tabindex="0"><table class="st-rows"><thead><tr>{}</tr></thead>'
        "<tbody>{}</tbody></table></div>"
    ).format(head, rows)
    return Markup('<section class="st-panel" role="status"><p>{}</p>{}{}{}</section>').format(
        said, "" if batch.card else bar, table if rows else "", _skipped(language, batch)
    )


def _skipped(language: str, batch: Batch) -> Markup:
    if not batch.skipped:
        return Markup("")
    lines = [say_message(language, one.reason) for one in batch.skipped[:MOST_SHOWN]]
    title = say(language, "captioning.skipped", count=len(batch.skipped))
    items = Markup("").join(Markup("<li>{}</li>").format(line) for line in lines)
    return _list(title, items)


def _list(title: str, items: Markup) -> Markup:
    """An open fold-out with a list."""
    return Markup(
        '<details open class="cp-skipped"><summary>{}</summary><ul>{}</ul></details>'
    ).format(title, items)
