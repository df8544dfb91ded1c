"""The tab's endpoints: everything that the page does, as plain JSON. /draw needs a prompt alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr

from backend.text_to_image import what_if
from backend.text_to_image.recipe import read_recipe
from backend.text_to_image.request import Extras, check_request
from backend.text_to_image.results import GridDrawn, InterpolationDrawn, Picture, PicturesDrawn
from backend.text_to_image.service import TextToImage
from demos.shared.endpoints import Json, add, answers, with_api_errors
from demos.shared.files import file_of, path_of
from demos.shared.handlers import visitor_of

Updates = Iterator[object]
NO_PICTURES: Json = {"pictures": [], "run": None}


def add_endpoints(service: TextToImage) -> None:
    """Add them to the page that is being built."""
    _add_draw(service)
    _add_grid(service)
    _add_swap(service)
    _add_interpolation(service)
    _add_recipe()


def _add_draw(service: TextToImage) -> None:
    def draw(  # noqa: PLR0913, PLR0917 (the endpoint's own named parameters)
        request: gr.Request,
        prompt: str,
        negative: str = "",
        style: str = "",
        steps: int | None = None,
        guidance: float | None = None,
        seed: int | None = None,
        size: int | None = None,
        count: int = 1,
        model: str = "",
        words: bool = False,
        film: bool = False,
    ) -> Iterator[Json]:
        """Draw: {"pictures": [{"picture", "recipe", ...}], "run"}, as the pictures come.

        "picture" is a file, which gradio_client fetches. With `words` each picture brings the maps
        of its words: shares [steps, words + 1, cells, cells] of attention or, as "maps_of" says, of
        each step's strongest change. With `film` it brings a looping WebP of its steps. `run` is
        None until all are drawn.
        """

        def start() -> Updates:
            checked = check_request(
                prompt, negative=negative, style=style, steps=steps, guidance=guidance, seed=seed,
                size=size, count=count,
            )  # fmt: skip
            extras = Extras(previews=film, word_maps=words)
            return service.draw(checked, visitor_of(request), model, extras)

        yield from answers(start, _pictures_as_json, NO_PICTURES)

    add(draw)


def _add_grid(service: TextToImage) -> None:
    def draw_grid(  # noqa: PLR0913, PLR0917 (as above)
        request: gr.Request,
        prompt: str,
        rows: str,
        row_values: list[Any],
        columns: str,
        column_values: list[Any],
        seed: int | None = None,
        model: str = "",
    ) -> Iterator[Json]:
        """The same noise under other settings: {"pictures", "run"}, row by row.

        `rows` and `columns` are seed, guidance, steps, style or word (where the prompt has {}).
        """

        def start() -> Updates:
            grid = what_if.grid(
                check_request(prompt, seed=seed),
                what_if.check_axis(rows, row_values, what_if.ROWS),
                what_if.check_axis(columns, column_values, what_if.COLUMNS),
            )
            return service.draw_grid(grid, visitor_of(request), model)

        yield from answers(start, _grid_as_json)

    add(draw_grid)


def _add_swap(service: TextToImage) -> None:
    def swap_word(
        request: gr.Request,
        prompt: str,
        word: str,
        other: str,
        seed: int | None = None,
        model: str = "",
    ) -> Iterator[Json]:
        """The picture as it is, and with one word exchanged: {"pictures", "run"}."""

        def start() -> Updates:
            grid = what_if.swap(check_request(prompt, seed=seed), word, other)
            return service.draw_grid(grid, visitor_of(request), model)

        yield from answers(start, _grid_as_json)

    add(swap_word)


def _add_interpolation(service: TextToImage) -> None:
    def draw_between(
        request: gr.Request,
        prompt: str,
        second: str = "",
        second_seed: int | None = None,
        frames: int = 7,
        seed: int | None = None,
        model: str = "",
    ) -> Iterator[Json]:
        """From a prompt to a second one, or else from a seed to another: {"film", "run"}."""

        def start() -> Updates:
            kind = "prompts" if second else "seeds"
            checked = check_request(prompt, seed=seed)
            interpolation = what_if.check_interpolation(checked, kind, second, second_seed, frames)
            return service.interpolate(interpolation, visitor_of(request), model)

        yield from answers(start, _interpolation_as_json)

    add(draw_between)


def _add_recipe() -> None:
    def recipe(request: gr.Request, picture: gr.FileData) -> Json:
        """The recipe in a PNG that was saved here."""
        return next(with_api_errors(_recipe_of(picture)))

    gr.api(recipe, api_name="recipe")


def _recipe_of(picture: object) -> Iterator[Json]:
    yield read_recipe(path_of(picture, "no_picture")).as_json()


def _pictures_as_json(update: object) -> Json | None:
    if not isinstance(update, PicturesDrawn):
        return None
    pictures = [_picture_as_json(picture) for picture in update.pictures]
    return {"pictures": pictures, "run": update.card.as_json() if update.card else None}


def _grid_as_json(update: GridDrawn) -> Json | None:
    if not update.card:
        return None
    pictures = [_picture_as_json(picture) for picture in update.pictures]
    return {"pictures": pictures, "run": update.card.as_json()}


def _interpolation_as_json(update: InterpolationDrawn) -> Json | None:
    if not update.card:
        return None
    film = _file("between.webp", update.films["webp"])
    return {"film": film, "run": update.card.as_json()}


def _picture_as_json(picture: Picture) -> Json:
    generation, recipe = picture.generation, picture.recipe
    answer: Json = {
        "picture": None,
        "recipe": recipe.as_json(),
        "finished": generation.finished,
        "blocked": picture.blocked,
    }
    if not picture.blocked:
        name = f"{recipe.seed}-{recipe.model}"
        answer["picture"] = _file(f"{name}.png", picture.png)
    if generation.word_maps is not None:
        answer["words"] = list(generation.words)
        answer["maps"] = generation.word_maps.tolist()
        answer["maps_of"] = generation.maps_of
    if picture.film:
        answer["film"] = _file("film.webp", picture.films["webp"])
    return answer


def _file(name: str, content: bytes) -> Json:
    return {"path": file_of(name, content), "meta": {"_type": "gradio.FileData"}}
