"""HTML from Jinja2 templates: `<name>.html` beside the view that uses it. Values are escaped.

Macros that several tabs use are in `demos/shared/macros.html`.
"""

from __future__ import annotations

import base64
import io
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from backend.pictures import shrink
from demos.shared.colours import heat_style
from demos.shared.strings import say

if TYPE_CHECKING:
    from jinja2 import Environment
    from PIL.Image import Image

DEMOS = Path(__file__).resolve().parents[1]
JPEG_QUALITY = 88  # of pictures inside the page


def render(template: str, language: str, **values: object) -> Markup:
    """A template below `demos`, such as "classification/why.html". In it, `say(key, **values)` is a
    text of the catalogue in `language`."""

    def say_here(key: str, **filled: object) -> str:
        return say(language, key, **filled)

    made = _environment().get_template(template).render(say=say_here, language=language, **values)
    return Markup(made)  # noqa: S704 (the environment has escaped every value)


def percent(value: float) -> str:
    """A probability in words; never 0 % or 100 % for what is only close to it."""
    if 0 < value < 0.001:
        return "<0.1 %"
    if 0.999 < value < 1:
        return ">99.9 %"
    return f"{100 * value:.1f} %"


def data_url(picture: Image | bytes, kind: str = "jpeg", max_side: int | None = None) -> str:
    """A picture as a `data:` URL, for <img> and for JSON.

    Bytes are a file of this kind already ("jpeg", "png", "webp"). An image is encoded as one, with
    its longer side at most `max_side` pixels; JPEG drops transparency.
    """
    if not isinstance(picture, bytes):
        small = picture if max_side is None else shrink(picture, max_side)
        file = io.BytesIO()
        if kind == "jpeg":
            small.convert("RGB").save(file, "JPEG", quality=JPEG_QUALITY)
        else:
            small.save(file, kind.upper())
        picture = file.getvalue()
    return f"data:image/{kind};base64,{base64.b64encode(picture).decode('ascii')}"


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(DEMOS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"percent": percent, "heat_style": heat_style}
    return made
