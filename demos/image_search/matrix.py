"""My captions against my pictures: CLIP's table, and classification with no training."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr
from markupsafe import Markup

from backend.image_search import gallery
from backend.image_search.matrix import TEMPLATE
from backend.image_search.query import TEMPERATURE
from backend.image_search.results import Compared
from backend.image_search.service import Search
from backend.pictures import check_paths
from demos.image_search.pictures import as_data
from demos.shared.colours import heat, text_on_heat
from demos.shared.handlers import LOOKS, visitor_of
from demos.shared.html import percent
from demos.shared.section import Section, Updates, buttons, render_card, result
from demos.shared.strings import say, t

SECTION, TAB = "matrix", "image_search"
TABLES = ("cosine", "by_picture", "by_caption")
SAMPLE_PICTURES = (
    "animals-mammals-cats-lion.webp", "animals-mammals-elephant.webp",
    "food-fruit-cartoon-banana.webp", "vehicles-auto-sedan.webp",
    "hobbies-music-string-violin.webp",
)  # fmt: skip
SAMPLE_CAPTIONS = "lion\nelephant\nbanana\ncar\nviolin\n水果"


def build(service: Search) -> Section:
    """Lay out the section."""
    with gr.Row(elem_classes="st-work"):
        with gr.Column(scale=4, min_width=320):
            captions = gr.Textbox(
                "",
                label=t("image_search.captions"),
                info=t("image_search.captions.info"),
                lines=5,
                max_lines=32,
                elem_id="image_search-captions",
            )
            files = gr.File(
                label=t("image_search.matrix.files"), file_count="multiple", height=140,
                elem_id="image_search-matrix-files",
            )  # fmt: skip
            template = gr.Textbox(
                "{}", label=t("image_search.template"), info=t("image_search.template.info"),
                max_lines=1,
            )  # fmt: skip
            temperature = gr.Slider(
                TEMPERATURE.low, TEMPERATURE.high, TEMPERATURE.default, step=TEMPERATURE.step,
                label=t("image_search.temperature"), info=t("image_search.temperature.info"),
            )  # fmt: skip
            run, stop = buttons(SECTION, TAB)
            sample = gr.Button(t("image_search.matrix.sample"), size="sm")
        with gr.Column(scale=8, min_width=320):
            panel = result(SECTION, run, stop, tab=TAB)

    def answer(request: gr.Request, values: dict[str, Any]) -> Iterator[Updates]:
        def updates() -> Iterator[Any]:
            yield from service.compare(
                values["captions"],
                check_paths(values["files"]),
                visitor_of(request),
                values["template"],
                values["temperature"],
            )

        def render(language: str, update: Compared) -> Updates:
            drawn = Markup("").join(table(language, update, way) for way in TABLES)
            return {
                panel.result: Markup('<section class="st-panel">{}</section>').format(drawn),
                panel.card: render_card(language, update.card, task=TAB),
            }

        yield from panel.stream(request, updates, render)

    inputs = {
        "captions": captions, "files": files, "template": template, "temperature": temperature,
    }  # fmt: skip
    sample.click(_sample, None, [captions, files, template], **LOOKS)
    return Section(SECTION, panel, (), answer, [run.click], [], inputs)


def _sample() -> tuple[str, list[str], str]:
    paths = [str(gallery.file_of(key)) for key in SAMPLE_PICTURES]
    return SAMPLE_CAPTIONS, paths, TEMPLATE


def table(language: str, compared: Compared, way: str) -> Markup:
    """One of the three tables: captions down, pictures across; the best of each picture framed."""
    found = compared.matrix
    values = {"cosine": found.cosines, "by_picture": found.by_picture,
              "by_caption": found.by_caption}[way]  # fmt: skip
    low, high = (float(values.min()), float(values.max())) if way == "cosine" else (0.0, 1.0)
    best = values.argmax(1 if way == "by_caption" else 0)
    head = Markup("").join(
        Markup('<th scope="col"><img src="{}" alt="{}"></th>').format(
            as_data(picture, "jpeg"), name
        )
        for picture, name in zip(compared.thumbnails, compared.names, strict=True)
    )
    rows = Markup("").join(
        Markup('<tr><th scope="row">{}</th>{}</tr>').format(
            caption,
            Markup("").join(
                _cell(
                    float(value),
                    (float(value) - low) / max(high - low, 1e-9),
                    way,
                    best[row] == column if way == "by_caption" else best[column] == row,
                )
                for column, value in enumerate(values[row])
            ),
        )
        for row, caption in enumerate(found.captions)
    )
    title = say(language, f"image_search.matrix.{way}")
    return Markup(
        '<div class="st-scroll" tabindex="0" role="region" aria-label="{}"><table class="st-grid '
        'is-matrix"><caption>{}</caption><thead><tr><td></td>{}</tr></thead><tbody>{}</tbody>'
        "</table></div>"
    ).format(title, title, head, rows)


def _cell(value: float, share: float, way: str, is_best: bool) -> Markup:
    return Markup('<td class="{}" style="background:{};color:{}">{}</td>').format(
        "is-best" if is_best else "",
        heat(share),
        text_on_heat(share),
        f"{value:.3f}" if way == "cosine" else percent(value),
    )
