"""The tab's endpoints: all that the page does, as plain JSON. /draw needs a prompt alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr

from backend.text_to_image import what_if
from backend.text_to_image.defaults import Watch
from backend.text_to_image.film import as_film
from backend.text_to_image.recipe import as_png, read_recipe
from backend.text_to_image.request import check_request
from backend.text_to_image.service import Compared, Drawing, Drawn, Picture, Walked
from demos.shared.endpoints import lazily, with_api_errors
from demos.shared.files import file_of, path_of
from demos.shared.handlers import RUNS, visitor_of

Json = dict[str, Any]


def add_endpoints(drawing: Drawing) -> None:
    """Add them to the page that is being built."""
    _add_draw(drawing)
    _add_what_ifs(drawing)
    _add_recipe()


def _add_draw(drawing: Drawing) -> None:
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
        of its words, with `film` a looping WebP of its steps. `run` is None until all are drawn.
        """

        def steps_of_run() -> Iterator[Any]:
            asked = check_request(
                prompt, negative=negative, style=style, steps=steps, guidance=guidance, seed=seed,
                size=size, count=count,
            )  # fmt: skip
            watch = Watch(previews=film, words=words)
            return drawing.draw(asked, visitor_of(request), model, watch)

        for update in with_api_errors(lazily(steps_of_run)):
            if isinstance(update, Drawn):
                yield drawn_as_json(update)
            else:
                yield {"pictures": [], "run": None}

    gr.api(draw, api_name="draw", **RUNS)


def drawn_as_json(update: Drawn) -> Json:
    return {
        "pictures": [_picture(picture) for picture in update.pictures],
        "run": update.card.as_json() if update.card else None,
    }


def _picture(picture: Picture) -> Json:
    painting, recipe = picture.painting, picture.recipe
    answer: Json = {
        "picture": None,
        "recipe": recipe.as_json(),
        "finished": painting.finished,
        "blocked": painting.blocked,
    }
    if not painting.blocked:
        name = f"{recipe.seed}-{recipe.model}"
        answer["picture"] = _file(f"{name}.png", as_png(painting.picture, recipe))
    if painting.heat is not None:
        answer["words"] = list(painting.words)
        answer["maps"] = painting.heat.tolist()
    if picture.film:
        answer["film"] = _file("film.webp", as_film(picture.film, "webp"))
    return answer


def _file(name: str, content: bytes) -> Json:
    return {"path": file_of(name, content), "meta": {"_type": "gradio.FileData"}}


def _add_what_ifs(drawing: Drawing) -> None:
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

        def steps() -> Iterator[Any]:
            grid = what_if.grid(
                check_request(prompt, seed=seed),
                what_if.check_axis(rows, row_values, what_if.ROWS),
                what_if.check_axis(columns, column_values, what_if.COLUMNS),
            )
            return drawing.compare(grid, visitor_of(request), model)

        yield from _answers(lazily(steps))

    def swap_word(
        request: gr.Request,
        prompt: str,
        word: str,
        other: str,
        seed: int | None = None,
        model: str = "",
    ) -> Iterator[Json]:
        """The picture as it is, and with one word exchanged: {"pictures", "run"}."""

        def steps() -> Iterator[Any]:
            grid = what_if.swap(check_request(prompt, seed=seed), word, other)
            return drawing.compare(grid, visitor_of(request), model)

        yield from _answers(lazily(steps))

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

        def steps() -> Iterator[Any]:
            kind = "prompts" if second else "seeds"
            asked = check_request(prompt, seed=seed)
            way = what_if.check_between(asked, kind, second, second_seed, frames)
            return drawing.walk(way, visitor_of(request), model)

        yield from _answers(lazily(steps))

    for endpoint in (draw_grid, swap_word, draw_between):
        gr.api(endpoint, api_name=endpoint.__name__, **RUNS)


def _answers(updates: Iterator[Any]) -> Iterator[Json]:
    """Empty values until the card is there, so that a client that left is noticed."""
    for update in with_api_errors(updates):
        if isinstance(update, Compared) and update.card:
            pictures = [_picture(picture) for picture in update.pictures]
            yield {"pictures": pictures, "run": update.card.as_json()}
        elif isinstance(update, Walked) and update.card:
            film = _file("between.webp", as_film(update.frames, "webp"))
            yield {"film": film, "run": update.card.as_json()}
        else:
            yield {}


def _add_recipe() -> None:
    def read_recipe_of(request: gr.Request, picture: gr.FileData) -> Json:
        """The recipe in a PNG that was saved here."""
        return next(with_api_errors(_recipe_of(picture)))

    gr.api(read_recipe_of, api_name="recipe")


def _recipe_of(picture: object) -> Iterator[Json]:
    yield read_recipe(path_of(picture, "no_picture")).as_json()
