"""A picture's recipe: everything needed to draw it again, inside the PNG and as JSON."""

from __future__ import annotations

import io
import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backend.errors import InputError
from backend.json_text import read_json_text
from backend.models.registry import ModelSpec
from backend.models.revision import revision_of
from backend.pictures import read_png_texts
from backend.text import shown
from backend.text_to_image.request import check_request
from backend.text_to_image.resolve import ResolvedRequest

if TYPE_CHECKING:
    from PIL.Image import Image

KEY = "show-and-tell"  # of the PNG's text chunk
MAX_CHARACTERS = 250_000  # of a recipe; the longest prompt has 200,000
MAX_BYTES = 4 * MAX_CHARACTERS  # of its file, in any encoding
APP = "Show & Tell"


@dataclass(frozen=True)
class Recipe:
    """What a picture was drawn with."""

    model: str  # id of a row in MODELS
    model_name: str
    revision: str  # of the weights: `revision_of` their source
    prompt: str
    negative: str
    style: str
    seed: int
    steps: int
    guidance: float
    size: int
    scheduler: str  # its class
    noise: str = "cpu"  # where the noise was drawn
    app: str = APP

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def as_form(self) -> dict[str, Any]:
        """The form's values that draw it again, by parameter name."""
        names = ("prompt", "negative", "style", "seed", "steps", "guidance", "size", "model")
        return {name: getattr(self, name) for name in names}


def recipe_of(request: ResolvedRequest, spec: ModelSpec, scheduler: str) -> Recipe:
    """The recipe of a picture that `spec` drew with a scheduler of that class."""
    return Recipe(
        model=spec.id,
        model_name=spec.name,
        revision=revision_of(spec.source),
        prompt=request.prompt,
        negative=request.negative,
        style=request.style,
        seed=request.seed,
        steps=request.steps,
        guidance=request.guidance,
        size=request.size,
        scheduler=scheduler,
    )


def as_png(picture: Image, recipe: Recipe) -> bytes:
    """The picture as a PNG with its recipe in a text chunk; the pixels are unchanged."""
    from PIL.PngImagePlugin import PngInfo

    chunks, file = PngInfo(), io.BytesIO()
    chunks.add_itxt(KEY, json.dumps(recipe.as_json(), ensure_ascii=False))
    picture.save(file, "PNG", pnginfo=chunks)
    return file.getvalue()


def read_recipe(path: Path) -> Recipe:
    """The recipe in a PNG (or in the JSON file beside it), checked.

    InputError if there is none, what is broken in it, or that the picture is too large.
    """
    is_json = path.suffix.lower() == ".json"
    text = read_json_text(path, MAX_BYTES) if is_json else _chunk(path)
    if not text:
        raise InputError("no_recipe")
    try:
        given = json.loads(text[:MAX_CHARACTERS])
    except (ValueError, RecursionError):
        raise InputError("bad_recipe", reason="JSON") from None
    return check_recipe(given)


def check_recipe(given: object) -> Recipe:
    """A Recipe from outside values; InputError names the first bad one."""
    if not isinstance(given, dict):
        raise InputError("bad_recipe", reason="JSON")
    missing = [f.name for f in fields(Recipe) if f.name not in given and f.name != "app"]
    if missing:
        raise InputError("bad_recipe", reason=", ".join(missing))
    for name in ("model", "model_name", "revision", "scheduler"):
        if not isinstance(given[name], str) or len(given[name]) > 200:
            raise InputError("bad_recipe", reason=f"{name}: {shown(given[name])}")
    options = {name: given[name] for name in ("negative", "style", "seed", "steps", "guidance")}
    try:
        request = check_request(given["prompt"], **options, size=given["size"])
    except InputError as error:
        raise InputError("bad_recipe", reason=error.message) from None
    if None in (request.steps, request.guidance, request.size) or given["seed"] in (None, ""):
        raise InputError("bad_recipe", reason="seed, steps, guidance, size")
    values: dict[str, Any] = {
        f.name: getattr(request, f.name, given.get(f.name)) for f in fields(Recipe)
    }
    return Recipe(**{**values, "noise": "cpu", "app": APP})


def _chunk(path: Path) -> str:
    """The text chunk of a PNG; "" where there is none, or no PNG. InputError for too large ones."""
    try:
        return read_png_texts(path).get(KEY, "")
    except InputError as error:
        if error.message.code in ("not_a_picture", "picture_broken"):
            return ""
        raise
