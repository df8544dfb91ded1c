"""Your pictures: files or a ZIP into a named collection; what it has, and what was skipped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
from markupsafe import Markup

from backend.errors import InputError, ShowTellError
from backend.image_search.export import as_csv
from backend.image_search.request import GALLERY, place_of
from backend.image_search.results import Indexed
from backend.image_search.service import TASK, Search
from backend.image_search.store import Store, check_name
from backend.pictures import check_paths
from demos.shared import states
from demos.shared.files import file_of, path_of
from demos.shared.handlers import LOOKS, visitor_of
from demos.shared.model_menu import model_menu
from demos.shared.section import Panel, Section, Updates, buttons, render_card, result
from demos.shared.strings import language_of, say, say_message, t

SECTION, TAB = "own", "image_search"
MOST_SHOWN = 100  # skipped files and duplicates on the page


def build(service: Search, key: gr.Textbox, where: gr.Dropdown) -> Section:
    """Lay out and wire the section; `where` is the search's menu of collections."""
    with gr.Row(elem_classes="st-work"):
        with gr.Column(scale=4, min_width=320):
            name = gr.Textbox(
                "",
                label=t("image_search.name"),
                info=t("image_search.name.info"),
                max_lines=1,
                elem_id="image_search-name",
            )
            files = gr.File(
                label=t("image_search.files"), file_count="multiple", height=180,
                elem_id="image_search-files",
            )  # fmt: skip
            model = model_menu(service.backend.models_for(TASK))
            run, stop = buttons(SECTION, TAB)
            with gr.Row(elem_classes="st-after"):
                export = gr.Button(t("image_search.export"), size="sm", elem_id="image_search-csv")
                remove = gr.Button(t("image_search.remove"), size="sm")
            download = gr.DownloadButton(
                t("image_search.download"), visible=False, elem_id="image_search-csv-out"
            )
        with gr.Column(scale=8, min_width=320):
            have = gr.HTML(elem_id="image_search-have", apply_default_css=False)
            panel = result(SECTION, run, stop, tab=TAB)

    def answer(request: gr.Request, values: dict[str, Any]) -> Iterator[Updates]:
        yield from index(service, panel, have, where, request, values)

    inputs = {"name": name, "files": files, "model": model, "key": key}
    section = Section(SECTION, panel, (), answer, [run.click], [have, where], inputs)
    _connect_listing(key, have, where)
    _connect_buttons(service, panel, (name, key), (export, remove), (download, have, where))
    return section


def index(
    service: Search, panel: Panel, have: gr.HTML, where: gr.Dropdown, request: gr.Request,
    values: dict[str, Any],
) -> Iterator[Updates]:  # fmt: skip
    """Add the files to the collection."""
    done: list[Indexed] = []

    def updates() -> Iterator[Any]:
        paths = check_paths(values["files"])
        yield from service.index(
            values["key"], values["name"], paths, visitor_of(request), values["model"] or ""
        )

    def render(language: str, update: Indexed) -> Updates:
        done.append(update)
        figures = ("pictures", "pictures_per_second")
        return {
            panel.result: render_report(language, update),
            panel.card: render_card(language, update.card, *figures, task=TAB),
        }

    yield from panel.stream(request, updates, render)
    if done:
        yield listing(language_of(request), values["key"], have, where, done[0].report.collection)


def listing(
    language: str, key: Any, have: gr.HTML, where: gr.Dropdown, chosen: str = GALLERY
) -> Updates:
    """The visitor's collections, on the page and in the search's menu."""
    try:
        known = Store(key).collections()
    except ShowTellError:
        return {have: "", where: gr.skip()}
    choices = [(say(language, "image_search.gallery"), GALLERY)]
    choices += [(f"{name} ({count:,})", name) for name, count in known.items()]
    rows = Markup("").join(
        Markup("<li><b>{}</b> <span>{}</span></li>").format(
            name, say(language, "image_search.count", count=count)
        )
        for name, count in known.items()
    )
    title = say(language, "image_search.have")
    drawn = Markup('<section class="st-panel"><h3>{}</h3><ul class="is-rows">{}</ul></section>')
    return {
        have: drawn.format(title, rows) if known else "",
        where: gr.Dropdown(choices, value=chosen if chosen in known else GALLERY),
    }


def render_report(language: str, done: Indexed) -> str:
    """How many are in, what was skipped and why, what is there twice."""
    report = done.report
    said = say(
        language,
        "image_search.indexed",
        name=report.collection,
        encoded=report.encoded,
        unchanged=report.unchanged,
        rate=f"{report.rate:.0f}",
    )
    skipped = [say_message(language, one.reason) for one in report.skipped]
    doubles = [" = ".join(group) for group in done.duplicates]
    return Markup('<section class="st-panel"><p class="is-verdict">{}</p>{}{}</section>').format(
        said, _list(language, "skipped", skipped), _list(language, "duplicates", doubles)
    )


def _list(language: str, name: str, lines: list[str]) -> Markup:
    if not lines:
        return Markup("")
    items = Markup("").join(Markup("<li>{}</li>").format(line) for line in lines[:MOST_SHOWN])
    return Markup(
        '<details open><summary>{}</summary><ul class="is-list">{}</ul></details>'
    ).format(say(language, f"image_search.{name}", count=len(lines)), items)


def _connect_listing(key: gr.Textbox, have: gr.HTML, where: gr.Dropdown) -> None:
    """The page has the visitor's key: show what it opens."""

    def list_collections(request: gr.Request, secret: str) -> Updates:
        return listing(language_of(request), secret, have, where)

    key.change(list_collections, key, [have, where], queue=False, **LOOKS)


def _connect_buttons(
    service: Search, panel: Panel, inputs: tuple[gr.Textbox, gr.Textbox],
    asked: tuple[gr.Button, gr.Button], outputs: tuple[Any, Any, Any],
) -> None:  # fmt: skip
    """CSV out, and delete."""
    (name, key), (export, remove), (download, have, where) = inputs, asked, outputs

    def make_csv(request: gr.Request, called: str, secret: str) -> Updates:
        try:
            path = file_of("collection.csv", as_csv(place_of(check_name(called), secret)))
        except InputError as error:
            return {panel.result: states.error(language_of(request), error.message)}
        return {download: gr.DownloadButton(value=path, visible=True)}

    def delete(request: gr.Request, called: str, secret: str) -> Updates:
        language = language_of(request)
        try:
            Store(secret).remove(check_name(called))
        except InputError as error:
            return {panel.result: states.error(language, error.message)}
        gone = states.notice(say(language, "image_search.removed", name=check_name(called)))
        return {**listing(language, secret, have, where), panel.result: gone}

    export.click(make_csv, [name, key], [panel.result, download], queue=False, **LOOKS)
    remove.click(delete, [name, key], [panel.result, have, where], queue=False, **LOOKS)


def named_path_of(file: Any) -> tuple[str, Path]:
    """(name, path) of an upload that came through the API."""
    path = path_of(file, "no_pictures")
    return str(file.get("orig_name") or path.name), path
