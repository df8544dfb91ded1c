"""What travels to the browser for the drawing tab: plain JSON values, small.

Pictures under way travel as data; finished ones are files of the server, which the page asks for.
"""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image, ImageChops

from backend.packing import pack_heat
from backend.text_to_image.film import KINDS, as_film
from backend.text_to_image.recipe import as_png
from backend.text_to_image.service import Compared, Drawn, Picture, Sketched, Walked
from backend.text_to_image.what_if import Axis, labels
from demos.shared.colours import heat
from demos.shared.files import file_of
from demos.shared.strings import say, unfilled
from demos.text_to_image import strings as texts

SEEN = 384  # pixels on a side of a step in the film strip, at most
Json = dict[str, Any]


def words_on_stage(language: str) -> dict[str, str]:
    """What the stage says."""
    return {name: unfilled(language, f"text_to_image.{name}") for name in texts.ON_STAGE}


def live(language: str, run: str, update: Sketched, count: int) -> Json:
    """One step of a picture under way."""
    assert update.sketch.picture
    return {
        "kind": "live",
        "run": run,
        "words": words_on_stage(language),
        "number": update.number,
        "count": count,
        "step": update.sketch.step,
        "steps": update.sketch.steps,
        "frame": as_data(update.sketch.picture),
    }


def drawn(language: str, run: str, update: Drawn) -> Json:
    """Finished pictures; with their films once these are there."""
    return {
        "kind": "drawn",
        "run": run,
        "words": words_on_stage(language),
        "pictures": [_picture(picture) for picture in update.pictures],
    }


def _picture(picture: Picture) -> Json:
    painting, recipe = picture.painting, picture.recipe
    if painting.blocked:
        return {"blocked": True, "seed": recipe.seed, "prompt": recipe.prompt}
    name = f"{recipe.seed}-{recipe.model}"
    return {
        "prompt": recipe.prompt,
        "seed": recipe.seed,
        "steps": recipe.steps,
        "finished": painting.finished,
        "file": file_of(f"{name}.png", as_png(painting.picture, recipe)),
        "recipe": file_of(f"{name}.json", as_text(recipe.as_json())),
        "frames": [as_data(frame) for frame in picture.film],
        "films": _films(name, picture.film),
        "attention": _attention(picture),
    }


def _films(name: str, frames: Sequence[Image.Image]) -> dict[str, str]:
    return {kind: file_of(f"{name}.{kind}", as_film(frames, kind)) for kind in KINDS if frames}


def _attention(picture: Picture) -> Json | None:
    """Of each word, and of no word, a map for each step: roots of shares in 8 bits."""
    painting = picture.painting
    if painting.heat is None:
        return None
    return {"words": list(painting.words), **pack_heat(painting.heat)}


def compared(language: str, run: str, update: Compared) -> Json:
    """A grid, as far as it is drawn; two pictures of one row come with what changed."""
    rows, columns = update.grid.rows, update.grid.columns
    pictures = [picture.painting.picture for picture in update.pictures]
    blocked = any(picture.painting.blocked for picture in update.pictures)
    whole = len(pictures) == len(update.grid.cells) and not blocked
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
        "pictures": [_cell(picture) for picture in update.pictures],
        "difference": as_data(difference(*pictures)) if is_swap and whole else None,
        "sheet": file_of("grid.png", _png(sheet(pictures, len(columns.values)))) if whole else None,
    }


def _values(language: str, axis: Axis) -> list[str]:
    if axis.name == "style":
        return [unfilled(language, f"text_to_image.style.{style}") for style in axis.values]
    return labels(axis.values)


def _cell(picture: Picture) -> Json:
    blocked = picture.painting.blocked
    return {
        "file": None if blocked else as_data(picture.painting.picture),
        "prompt": picture.recipe.prompt,
        "blocked": blocked,
    }


def walked(language: str, run: str, update: Walked) -> Json:
    """The way between two prompts or seeds, as far as it is drawn."""
    between = update.between
    name = f"between-{between.request.seed}"
    done = update.card is not None
    return {
        "kind": "way",
        "run": run,
        "words": words_on_stage(language),
        "shares": [
            say(language, "text_to_image.way", share=f"{100 * s:.0f}%") for s in between.shares
        ],
        "from": between.request.prompt,
        "to": between.prompt,
        "frames": [as_data(frame) for frame in update.frames],
        "films": _films(name, [*update.frames, *update.frames[-2:0:-1]]) if done else {},
    }


def difference(first: Image.Image, second: Image.Image) -> Image.Image:
    """How much each pixel changed, over the largest change, on the scale of the heat-maps."""
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


def as_data(picture: Image.Image) -> str:
    """A picture as a data address: PNG where it is small, else JPEG of at most SEEN pixels."""
    file = io.BytesIO()
    if picture.width <= 128:
        picture.save(file, "PNG")
    else:
        small = picture.convert("RGB")
        small.thumbnail((SEEN, SEEN))
        small.save(file, "JPEG", quality=88)
    kind = "png" if picture.width <= 128 else "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(file.getvalue()).decode('ascii')}"


def as_text(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode("utf-8")


def _png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
