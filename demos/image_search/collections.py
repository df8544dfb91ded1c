"""Your pictures: files or a ZIP into a named collection; what it has, and what was skipped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr
from markupsafe import Markup

from backend.errors import InputError, ShowTellError
from backend.image_search.results import IndexingResult
from backend.image_search.scope import GALLERY
from backend.image_search.service import TASK, ImageSearch
from backend.pictures import check_paths
from backend.run import Progress
from demos.shared import states
from demos.shared.controls import line
from demos.shared.file_field import file_field
from demos.shared.files import file_of
from demos.shared.handlers import LISTENER, visitor_of
from demos.shared.html import render
from demos.shared.model_menu import model_menu
from demos.shared.section import Panel, Section, Updates, buttons, render_card, result
from demos.shared.strings import language_of, say, say_message, t

SECTION, TAB = "own", "image_search"  # links and the page's tests call it "own"
MAX_SHOWN = 100  # skipped files, and groups of duplicates, on the page


@dataclass(frozen=True)
class Outputs:
    """What the section's runs and buttons change."""

    panel: Panel
    listing: gr.HTML  # the visitor's collections
    menu: gr.Dropdown  # the same, where the search asks where to look
    download: gr.DownloadButton


def build(service: ImageSearch, key: gr.Textbox, menu: gr.Dropdown) -> Section:
    """Lay out and wire the section; `menu` is the search's menu of collections."""
    with gr.Row(elem_classes="st-work"):
        with gr.Column(scale=4, min_width=320):
            name = line(TAB, "name", elem_id="image_search-name")
            files = file_field(
                label=t("image_search.files"), file_count="multiple", height=180,
                elem_id="image_search-files",
            )  # fmt: skip
            model = model_menu(service.backend.models_for(TASK))
            run, stop = buttons(SECTION, TAB)
            with gr.Row(elem_classes="st-after"):
                export = gr.Button(t("image_search.export"), size="sm", elem_id="image_search-csv")
                remove = gr.Button(t("image_search.remove"), size="sm")
            download = gr.DownloadButton(
                t("image_search.download"),
                visible=False,
                elem_id="image_search-csv-out",
            )
        with gr.Column(scale=8, min_width=320):
            listing = gr.HTML(elem_id="image_search-have", apply_default_css=False)
            panel = result(SECTION, run, stop, tab=TAB)
    outputs = Outputs(panel, listing, menu, download)

    def answer(request: gr.Request, values: dict[str, Any]) -> Iterator[Updates]:
        yield from index(service, outputs, request, values)

    inputs = {"name": name, "files": files, "model": model, "key": key}
    _connect_listing(service, key, outputs)
    _connect_export(service, export, [name, key], outputs)
    _connect_remove(service, remove, [name, key], outputs)
    return Section(SECTION, panel, (), answer, [run.click], [listing, menu], inputs)


def index(
    service: ImageSearch, outputs: Outputs, request: gr.Request, values: dict[str, Any]
) -> Iterator[Updates]:
    """Add the files to the collection."""
    done: list[IndexingResult] = []

    def updates() -> Iterator[Progress | IndexingResult]:
        paths, model = check_paths(values["files"]), values["model"] or ""
        yield from service.index(values["key"], values["name"], paths, visitor_of(request), model)

    def as_updates(language: str, update: IndexingResult) -> Updates:
        done.append(update)
        card = render_card(language, update.card, "pictures", "pictures_per_second", task=TAB)
        return {outputs.panel.result: render_report(language, update), outputs.panel.card: card}

    yield from outputs.panel.stream(request, updates, as_updates)
    if done:
        chosen = done[0].report.collection
        yield listed(service, language_of(request), values["key"], outputs, chosen)


def listed(
    service: ImageSearch, language: str, key: object, outputs: Outputs, chosen: str = GALLERY
) -> Updates:
    """The visitor's collections, on the page and in the search's menu."""
    try:
        known = service.collections(key)
    except ShowTellError as error:  # of a page that has no key yet, nothing is said
        named = error.message.code != "bad_key"
        said = states.error(language, error.message) if named else ""
        return {outputs.listing: said, outputs.menu: gr.skip()}
    choices = [(say(language, "image_search.gallery"), GALLERY)]
    choices += [(f"{name} ({count:,})", name) for name, count in known.items()]
    shown = render("image_search/collections.html", language, collections=known) if known else ""
    value = chosen if chosen in known else GALLERY
    return {outputs.listing: shown, outputs.menu: gr.Dropdown(choices, value=value)}


def render_report(language: str, done: IndexingResult) -> Markup:
    """How many pictures were added, what was skipped and why, what is there twice."""
    return render(
        "image_search/report.html",
        language,
        report=done.report,
        skipped=[say_message(language, one.reason) for one in done.report.skipped],
        duplicates=[" = ".join(group) for group in done.duplicates],
        max_shown=MAX_SHOWN,
    )


def _connect_listing(service: ImageSearch, key: gr.Textbox, outputs: Outputs) -> None:
    """When the page has the visitor's key: show what it opens."""

    def list_collections(request: gr.Request, secret: str) -> Updates:
        return listed(service, language_of(request), secret, outputs)

    key.change(list_collections, key, [outputs.listing, outputs.menu], queue=False, **LISTENER)


def _connect_export(
    service: ImageSearch, button: gr.Button, inputs: list[gr.Textbox], outputs: Outputs
) -> None:
    """The collection of the name in the form, as CSV."""

    def export(request: gr.Request, name: str, secret: str) -> Updates:
        try:
            path = file_of("collection.csv", service.export(name, secret))
        except InputError as error:
            return {outputs.panel.result: states.error(language_of(request), error.message)}
        return {outputs.download: gr.DownloadButton(value=path, visible=True)}

    button.click(export, inputs, [outputs.panel.result, outputs.download], queue=False, **LISTENER)


def _connect_remove(
    service: ImageSearch, button: gr.Button, inputs: list[gr.Textbox], outputs: Outputs
) -> None:
    """Delete the collection of the name in the form."""

    def remove(request: gr.Request, name: str, secret: str) -> Updates:
        language = language_of(request)
        try:
            removed = service.remove(name, secret)
        except InputError as error:
            return {outputs.panel.result: states.error(language, error.message)}
        said = states.notice(say(language, "image_search.removed", name=removed))
        return {**listed(service, language, secret, outputs), outputs.panel.result: said}

    changed = [outputs.panel.result, outputs.listing, outputs.menu]
    button.click(remove, inputs, changed, queue=False, **LISTENER)
