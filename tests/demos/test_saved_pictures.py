"""What examples' buttons show: pictures of their results, or the first words of their texts."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image

from backend import gallery
from demos import saved_pictures
from demos.shared import saved


def drawn(colour: str) -> str:
    """A picture of one colour as a data address."""
    file = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(file, "PNG")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


def colours(row: Image.Image) -> list[tuple[int, ...]]:
    """The colour in the middle of each picture of a row."""
    step = saved_pictures.SIDE + saved_pictures.GAP
    count = (row.width + saved_pictures.GAP) // step
    middle = saved_pictures.SIDE // 2
    return [row.getpixel((middle + number * step, middle)) for number in range(count)]  # type: ignore[misc]


def test_between_two_pictures_the_first_the_middle_and_the_last_are_shown() -> None:
    frames = [drawn(f"rgb({level},0,0)") for level in range(0, 250, 50)]
    stage = {"script": "text_to_image/stage.js", "value": {"frames": frames}}
    row = saved_pictures.picture_of({"fragments": [stage]})
    assert row is not None and colours(row) == [(0, 0, 0), (100, 0, 0), (200, 0, 0)]


def test_of_a_drawing_the_finished_picture_is_shown_and_not_its_steps() -> None:
    picture = {"file": drawn("lime"), "frames": [drawn("red")]}
    stage = {"script": "text_to_image/stage.js", "value": {"pictures": [picture]}}
    row = saved_pictures.picture_of({"fragments": [stage]})
    assert row is not None and colours(row) == [(0, 255, 0)]


def test_of_a_search_the_first_three_are_shown_and_not_their_maps() -> None:
    keys = [one.key for one in gallery.entries()[:4]]
    html = "".join(
        f'<img src="show-and-tell/gallery/{key}"><img src="{drawn("red")}">' for key in keys
    )
    found = list(saved_pictures.sources_of([{"html": html}]))
    assert found == [f"show-and-tell/gallery/{key}" for key in keys]
    row = saved_pictures.picture_of({"fragments": [{"html": html}]})
    assert row is not None and len(colours(row)) == 3


def test_a_view_without_pictures_has_none() -> None:
    assert saved_pictures.picture_of({"fragments": [{"html": "<p>words</p>"}]}) is None


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?tab=generation&prompt=The+best+thing&mode=draws&seed=1", "The best thing"),
        ("?tab=generation&prompt=%E6%98%8E%E6%9C%88&model=verse-writer", "明月"),
        ("?tab=classification&view=teach&examples=a%3A+b%0Ac%3A+d", "a: b c: d"),
        (
            "?tab=generation&prompt=" + "word+" * 30,
            "word word word word word word word word word wor…",
        ),
        ("?tab=captioning&example=apple", ""),
    ],
)
def test_the_words_are_those_of_the_visitors_text(query: str, words: str) -> None:
    assert saved_pictures.words_of(query) == words


def test_every_button_has_a_picture_that_is_there_or_words() -> None:
    for entry in saved.index():
        if not entry["button"]:
            continue
        assert entry["picture"] or entry["words"] or "captions" in entry["query"], entry["query"]
        if entry["picture"]:
            with Image.open(saved.FOLDER / entry["picture"].removeprefix("saved/")) as picture:
                assert list(picture.size) == entry["shape"]
