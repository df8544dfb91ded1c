"""My captions against my pictures: CLIP's table, and classification without training."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr
import numpy as np
from markupsafe import Markup

from backend import gallery
from backend.image_search.request import TEMPERATURE
from backend.image_search.results import Comparison
from backend.image_search.service import ImageSearch
from backend.options import ChoiceOption
from backend.pictures import check_paths
from backend.run import Progress
from demos.shared.controls import line, slider
from demos.shared.file_field import file_field
from demos.shared.handlers import visitor_of
from demos.shared.html import data_url, percent, render
from demos.shared.permalinks import Param, hidden_field
from demos.shared.section import Section, Updates, buttons, render_card, result
from demos.shared.strings import say, t

SECTION, TAB = "matrix", "image_search"
SAMPLE_PICTURES = (
    "animals-mammals-cats-lion.webp", "animals-mammals-elephant.webp",
    "food-fruit-cartoon-banana.webp", "vehicles-auto-sedan.webp",
    "hobbies-music-string-violin.webp",
)  # fmt: skip
SAMPLE = ChoiceOption("pictures", "", ("", "things"))  # in place of one's own
SAMPLE_CAPTIONS = "lion\nelephant\nbanana\ncar\nviolin\n水果"


@dataclass(frozen=True)
class Cell:
    """A number in a table: its text, its colour from 0 to 1, and whether it is the best choice."""

    text: str
    share: float
    is_best: bool


@dataclass(frozen=True)
class Table:
    """A title, and a row of cells for each caption."""

    title: str
    rows: list[tuple[str, list[Cell]]]


def build(service: ImageSearch) -> tuple[Section, gr.Column]:
    """Lay out the section; the column is for the examples."""
    with gr.Row(elem_classes="st-work"):
        with gr.Column(scale=4, min_width=320):
            captions = line(TAB, "captions", lines=5, max_lines=32, elem_id="image_search-captions")
            files = _files()
            template = line(TAB, "template", value="{}")
            temperature = slider(TAB, TEMPERATURE)
            run, stop = buttons(SECTION, TAB)
            sample, examples = hidden_field(), gr.Column()
        with gr.Column(scale=8, min_width=320):
            panel = result(SECTION, run, stop, tab=TAB)

    def answer(request: gr.Request, values: dict[str, Any]) -> Iterator[Updates]:
        samples = sample_files() if SAMPLE.check(values["pictures"]) else []
        if samples:
            yield {files: samples}

        def updates() -> Iterator[Progress | Comparison]:
            paths = check_paths(samples or values["files"])
            yield from service.compare(values["captions"], paths, visitor_of(request),
                                       values["template"], values["temperature"])  # fmt: skip

        def as_updates(language: str, update: Comparison) -> Updates:
            return {
                panel.result: render_tables(language, update),
                panel.card: render_card(language, update.card, task=TAB),
            }

        yield from panel.stream(request, updates, as_updates)

    gr.on([files.upload, files.clear, files.delete], fn=None, js="() => ''", outputs=sample)
    params = (
        Param.option(SAMPLE, sample),
        Param.text("captions", captions),
        replace(Param.text("template", template), default="{}"),
    )
    inputs = {"files": files, "temperature": temperature}
    return Section(SECTION, panel, params, answer, [run.click], [files], inputs), examples


def _files() -> gr.File:
    """The field for the pictures."""
    looks = {"height": 140, "elem_id": "image_search-matrix-files"}
    return file_field(label=t("image_search.matrix.files"), file_count="multiple", **looks)


def sample_files() -> list[str]:
    """Paths of the example's pictures."""
    return [str(gallery.file_of(key)) for key in SAMPLE_PICTURES]


def render_tables(language: str, compared: Comparison) -> Markup:
    """Captions down, pictures across: the cosines, and softmax over each column and each row."""
    urls = [data_url(thumbnail, "jpeg") for thumbnail in compared.thumbnails]
    tables = [
        cosine_table(language, compared),
        *(share_table(language, compared, way) for way in ("by_picture", "by_caption")),
    ]
    heads = list(zip(urls, compared.names, strict=True))
    return render("image_search/matrix.html", language, tables=tables, pictures=heads)


def cosine_table(language: str, compared: Comparison) -> Table:
    """Cosines, coloured from the least to the largest; the best caption of each picture framed."""
    cosines = compared.matrix.cosines
    low, high = float(cosines.min()), float(cosines.max())
    shares = (cosines - low) / max(high - low, 1e-9)
    title = say(language, "image_search.matrix.cosine")
    return _table(title, compared, cosines, shares, _best_of_columns(cosines), "{:.3f}".format)


def share_table(language: str, compared: Comparison, way: str) -> Table:
    """The softmax "by_picture" or "by_caption"; the best of each column or of each row framed."""
    if way == "by_caption":
        shares = compared.matrix.by_caption
        is_best = _best_of_columns(shares.T).T
    else:
        shares = compared.matrix.by_picture
        is_best = _best_of_columns(shares)
    title = say(language, f"image_search.matrix.{way}")
    return _table(title, compared, shares, shares, is_best, percent)


def _best_of_columns(values: np.ndarray) -> np.ndarray:
    """Whether each of values [C, P] is the first largest of its column."""
    return np.arange(len(values))[:, None] == values.argmax(0)


def _table(
    title: str,
    compared: Comparison,
    values: np.ndarray,
    shares: np.ndarray,
    is_best: np.ndarray,
    in_words: Callable[[float], str],
) -> Table:
    """Cells of three arrays [C, P]: the numbers, their colours from 0 to 1, and which to frame."""
    rows = [
        [Cell(in_words(value), share, best) for value, share, best in zip(*row, strict=True)]
        for row in zip(values.tolist(), shares.tolist(), is_best.tolist(), strict=True)
    ]
    return Table(title, list(zip(compared.matrix.captions, rows, strict=True)))
