"""What the stage is sent: plain JSON values, small.

Previews travel as data URLs; finished pictures are files of the server, which the page fetches.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image, ImageChops

from backend.packing import pack_maps
from backend.text_to_image.film import FORMATS, Films
from backend.text_to_image.results import (
    GridDrawn,
    InterpolationDrawn,
    Picture,
    PicturesDrawn,
    PreviewDrawn,
)
from backend.text_to_image.what_if import Axis, labels
from demos.shared.colours import heat
from demos.shared.files import file_of
from demos.shared.html import data_url
from demos.shared.strings import say, unfilled
from demos.text_to_image import strings as texts

MAX_PNG_PIXELS = 128  # on a side: larger pictures are sent as JPEG
MAX_PIXELS = 384  # on a side of a JPEG
Json = dict[str, Any]


def words_on_stage(language: str) -> dict[str, str]:
    """The stage's texts."""
    return {name: unfilled(language, f"text_to_image.{name}") for name in texts.ON_STAGE}


def live(language: str, run: str, result: PreviewDrawn, count: int) -> Json:
    """One step of a picture that is being drawn, or at step 0 its noise."""
    assert result.preview.image
    return {
        "kind": "live",
        "run": run,
        "words": words_on_stage(language),
        "number": result.number,
        "count": count,
        "step": result.preview.step,
        "steps": result.preview.steps,
        "frame": as_data(result.preview.image),
    }


def pictures(language: str, run: str, result: PicturesDrawn) -> Json:
    """Finished pictures, with their films once these are decoded."""
    return {
        "kind": "pictures",
        "run": run,
        "words": words_on_stage(language),
        "pictures": [_picture(picture) for picture in result.pictures],
    }


def _picture(picture: Picture) -> Json:
    recipe = picture.recipe
    if picture.blocked:
        return {"blocked": True, "seed": recipe.seed, "prompt": recipe.prompt}
    name = f"{recipe.seed}-{recipe.model}"
    return {
        "prompt": recipe.prompt,
        "seed": recipe.seed,
        "steps": recipe.steps,
        "finished": picture.generation.finished,
        "file": file_of(f"{name}.png", picture.png),
        "recipe": file_of(f"{name}.json", as_text(recipe.as_json())),
        "frames": [as_data(frame) for frame in picture.film],
        "noisy": [data_url(frame, "jpeg", MAX_PIXELS) for frame in picture.noisy_film],
        "films": _files(name, picture.films) if picture.film else {},
        "word_maps": _word_maps(picture),
    }


def _files(name: str, films: Films) -> dict[str, str]:
    return {kind: file_of(f"{name}.{kind}", films[kind]) for kind in FORMATS}


def _word_maps(picture: Picture) -> Json | None:
    """The word attribution maps of each step: square roots of the shares, in 8 bits."""
    generation = picture.generation
    if generation.word_maps is None:
        return None
    maps = pack_maps(generation.word_maps)
    return {"words": list(generation.words), "maps_of": generation.maps_of, **maps}


def grid(language: str, run: str, result: GridDrawn) -> Json:
    """A grid as far as it is drawn; for a swapped word with the difference of the two pictures."""
    rows, columns = result.grid.rows, result.grid.columns
    images = [picture.image for picture in result.pictures]
    blocked = any(picture.blocked for picture in result.pictures)
    complete = len(images) == len(result.grid.cells) and not blocked
    names = {
        axis.name: unfilled(language, f"text_to_image.axis.{axis.name}") for axis in (rows, columns)
    }
    is_swap = rows.name == "prompt"
    return {
        "kind": "grid",
        "run": run,
        "words": words_on_stage(language),
        "rows": {"name": names[rows.name], "values": _values(language, rows)},
        "columns": {"name": names[columns.name], "values": _values(language, columns)},
        "swap": is_swap,
        "pictures": [_cell(picture) for picture in result.pictures],
        "difference": as_data(difference(*images)) if is_swap and complete else None,
        "sheet": _sheet_file(images, len(columns.values)) if complete else None,
    }


def _values(language: str, axis: Axis) -> list[str]:
    if axis.name == "style":
        return [unfilled(language, f"text_to_image.style.{style}") for style in axis.values]
    return labels(axis.values)


def _cell(picture: Picture) -> Json:
    return {
        "file": None if picture.blocked else as_data(picture.image),
        "prompt": picture.recipe.prompt,
        "blocked": picture.blocked,
    }


def interpolation(language: str, run: str, result: InterpolationDrawn) -> Json:
    """The frames between two prompts or seeds, as far as they are drawn."""
    ends, frames = result.interpolation, result.frames
    name = f"between-{ends.request.seed}"
    return {
        "kind": "interpolation",
        "run": run,
        "words": words_on_stage(language),
        "captions": [
            say(language, "text_to_image.way", share=f"{100 * w:.0f}%") for w in ends.weights
        ],
        "from": ends.request.prompt,
        "to": ends.prompt,
        "frames": [as_data(frame) for frame in frames],
        "films": _files(name, result.return_films) if result.card else {},
    }


def difference(first: Image.Image, second: Image.Image) -> Image.Image:
    """The change of each pixel, relative to the largest one, in the colours of the heat maps."""
    changed = np.asarray(ImageChops.difference(first, second), np.float32).mean(-1)
    share = changed / max(float(changed.max()), 1.0)
    scale = np.array([list(bytes.fromhex(heat(n / 255)[1:])) for n in range(256)], np.uint8)
    return Image.fromarray(scale[(share * 255).astype(int)])


def sheet(pictures: Sequence[Image.Image], columns: int) -> Image.Image:
    """All cells on one white page."""
    side, gap = max(pictures[0].width, 128), 8
    rows = -(-len(pictures) // columns)
    page = Image.new("RGB", (columns * (side + gap) + gap, rows * (side + gap) + gap), "white")
    for number, picture in enumerate(pictures):
        left, top = number % columns, number // columns
        sized = picture.convert("RGB").resize((side, side), Image.Resampling.BICUBIC)
        page.paste(sized, (gap + left * (side + gap), gap + top * (side + gap)))
    return page


def _sheet_file(images: Sequence[Image.Image], columns: int) -> str:
    file = io.BytesIO()
    sheet(images, columns).save(file, "PNG")
    return file_of("grid.png", file.getvalue())


def as_data(picture: Image.Image) -> str:
    """A picture as a data URL: PNG if it is small, else JPEG of at most MAX_PIXELS on a side."""
    is_small = picture.width <= MAX_PNG_PIXELS
    return data_url(picture, "png") if is_small else data_url(picture, "jpeg", MAX_PIXELS)


def as_text(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode("utf-8")
