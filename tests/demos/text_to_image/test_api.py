"""The drawing endpoints from gradio_client, on the bundled painter."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from gradio_client import Client, handle_file
from PIL import Image

from backend import Backend
from backend.text_to_image.recipe import KEY
from demos.page import build_page
from demos.shared.permalinks import Form, Param, PictureTarget, hidden_field
from demos.shared.send_to import picture_at
from demos.text_to_image import tab as text_to_image


def draw(client: Client, prompt: Any = "red heart", **given: Any) -> dict[str, Any]:
    return client.predict(prompt, **{"steps": 3, "seed": 4, **given}, api_name="/draw")


def test_the_prompt_alone_is_enough(client: Client) -> None:
    answer = client.predict("red heart", api_name="/draw")
    (drawn,) = answer["pictures"]
    assert Image.open(file_of(drawn)).size == (64, 64)
    assert drawn["recipe"]["model"] == answer["run"]["model_id"] == "pictogram-painter"
    assert drawn["recipe"]["steps"] == 14
    json.dumps(answer)


def file_of(drawn: dict[str, Any], name: str = "picture") -> Path:
    """gradio_client has fetched the file and names it."""
    value = drawn[name]
    return Path(value if isinstance(value, str) else value["path"])


def test_the_recipe_in_the_png_draws_the_same_pixels(client: Client) -> None:
    drawn = draw(client, "a green apple", style="3d", guidance=2.5)["pictures"][0]
    file = file_of(drawn)
    assert json.loads(Image.open(file).text[KEY]) == drawn["recipe"]  # type: ignore[attr-defined]
    recipe = client.predict(handle_file(file), api_name="/recipe")
    assert recipe == drawn["recipe"]
    names = ("negative", "style", "seed", "steps", "guidance", "size", "model")
    again = draw(client, recipe["prompt"], **{name: recipe[name] for name in names})
    assert Image.open(file_of(again["pictures"][0])).tobytes() == Image.open(file).tobytes()


def test_four_pictures_have_four_seeds_words_their_maps_and_a_film(client: Client) -> None:
    answer = draw(client, count=4, words=True, film=True)
    assert [drawn["recipe"]["seed"] for drawn in answer["pictures"]] == [4, 5, 6, 7]
    drawn = answer["pictures"][0]
    assert drawn["words"] == ["red", "heart"]
    cell = [word[0][0] for word in drawn["maps"][0]]
    assert sum(cell) == pytest.approx(1, abs=1e-4)
    assert Image.open(file_of(drawn, "film")).n_frames == 3  # type: ignore[attr-defined]


def test_what_ifs(client: Client) -> None:
    grid = client.predict(
        "a {} heart", "word", ["red", "blue"], "steps", [1, 2], 3, api_name="/draw_grid"
    )
    assert [p["recipe"]["prompt"] for p in grid["pictures"]] == ["a red heart"] * 2 + [
        "a blue heart"
    ] * 2
    swapped = client.predict("a red car", "red", "blue", 3, api_name="/swap_word")
    assert [p["recipe"]["prompt"] for p in swapped["pictures"]] == ["a red car", "a blue car"]
    way = client.predict("sun", "moon", None, 3, 1, api_name="/draw_between")
    assert Image.open(file_of(way, "film")).n_frames == 3  # type: ignore[attr-defined]


def test_what_the_model_could_not_read_or_do_is_in_the_notes(client: Client) -> None:
    long = draw(client, "red heart " * 1000, steps=1)["run"]["notes"]
    assert "Not read" in long[0]
    assert "64" in draw(client, "a heart", size=1024, steps=1)["run"]["notes"][0]
    assert "🦖" in draw(client, "a 🦖", steps=1)["run"]["notes"][0]
    assert "English" in draw(client, "красное сердце", steps=1)["run"]["notes"][0]
    assert "English" not in " ".join(draw(client, "红心", steps=1)["run"]["notes"])
    for prompt in ("xqzzy blorf", "<b>heart</b>", "🍎"):
        assert draw(client, prompt, steps=1)["pictures"][0]["picture"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"prompt": ""}, "Say what to draw"),
        ({"prompt": 5}, "must be a text"),
        ({"prompt": "a" * 200_001}, "at most 200,000"),
        ({"steps": 0}, "steps must be from 1 to 50"),
        ({"steps": 1000}, "steps must be from 1 to 50"),
        ({"guidance": -1}, "guidance must be from 0 to 20"),
        ({"guidance": "nan"}, "guidance must be a number"),
        ({"size": 1}, "size must be from 64"),
        ({"size": 7}, "size must be from 64"),
        ({"size": 100_000}, "size must be from 64"),
        ({"seed": 2**65}, "seed must be from 0"),
        ({"count": 9}, "count must be from 1 to 4"),
        ({"style": "oil"}, "style must be one of"),
        ({"model": "dall-e"}, "model must be one of"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_bad_input_is_answered_with_a_sentence(
    client: Client, given: dict[str, Any], said: str
) -> None:
    with pytest.raises(Exception, match=said):
        draw(client, **given)


def test_a_png_without_a_recipe_is_answered_with_a_sentence(client: Client, tmp_path: Path) -> None:
    file = tmp_path / "plain.png"
    Image.new("RGB", (8, 8)).save(file)
    with pytest.raises(Exception, match="carries no recipe"):
        client.predict(handle_file(file), api_name="/recipe")


class Taker:
    """A tab that takes pictures, as captioning and search do."""

    ID = "captioning"

    @staticmethod
    def build(backend: Backend) -> Form:
        picture = gr.Image()
        text = gr.Textbox()
        return Form(
            "captioning", (Param.text("text", text),), "text", hidden_field(), gr.HTML(),
            result="taken", picture_target=PictureTarget(picture),
        )  # fmt: skip


def send_to_buttons(page: gr.Blocks) -> list[Any]:
    return [
        block
        for block in page.blocks.values()
        if any(name.startswith("st-send-to") for name in getattr(block, "elem_classes", None) or [])
    ]


def test_the_page_names_a_picture_by_its_index_alone() -> None:
    pictures = ["first.png", "second.png"]
    assert picture_at(pictures, 1) == "second.png"
    for odd in (2, -1, None, "", "1", "/etc/passwd", 0.5):
        assert picture_at(pictures, odd) == "first.png"


def test_an_event_of_the_stage_is_a_number_or_the_first_picture() -> None:
    for data, number in (({"number": 2}, 2), ({"number": "2"}, 0), ({}, 0), (None, 0)):
        assert text_to_image.chosen_number(gr.EventData(None, data)) == number


def test_a_tab_that_takes_pictures_gets_a_button_and_one_that_does_not_gets_none() -> None:
    alone = build_page(Backend("bundled"), [text_to_image])
    assert send_to_buttons(alone) == []
    both = build_page(Backend("bundled"), [text_to_image, Taker])  # type: ignore[list-item]
    assert len(send_to_buttons(both)) == 1
