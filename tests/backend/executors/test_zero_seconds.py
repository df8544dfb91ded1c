"""For how long a GPU is asked for."""

from __future__ import annotations

from backend.executors.zero_seconds import MOST, SECONDS, USUAL, seconds_of
from backend.generation.request import check_request
from backend.operation import Operation
from backend.operations import OPERATIONS
from backend.text_to_image import what_if
from backend.text_to_image.request import EVERYTHING
from backend.text_to_image.request import check_request as check_draw


def seconds(name: str, *request: object) -> int:
    return seconds_of(Operation("any", name, request))


def test_long_answers_and_many_pictures_ask_for_more() -> None:
    assert seconds("generation.generate", check_request("Hi", max_new_tokens=250), None, True) == 15
    drawing = check_draw("sun", count=2)
    assert seconds("text_to_image.draw", drawing, EVERYTHING) == 13


def test_a_grid_asks_by_its_cells_and_frames_by_their_number() -> None:
    one = check_draw("sun", seed=1)
    axes = what_if.Axis("seed", (1, 2)), what_if.Axis("steps", (1, 2))
    assert seconds("text_to_image.draw_grid", what_if.grid(one, *axes)) == 5 + 4 * 4
    frames = what_if.check_interpolation(one, "prompts", "moon", None, 3)
    assert seconds("text_to_image.interpolate", frames) == 5 + 3 * 4


def test_nothing_asks_for_more_than_the_most() -> None:
    assert seconds("generation.generate", check_request("Hi", max_new_tokens=2000)) <= MOST
    assert seconds("image_search.index") == MOST


def test_all_others_ask_for_the_usual_time() -> None:
    assert seconds("classification.classify", "text") == USUAL


def test_the_table_names_operations_that_there_are() -> None:
    assert not set(SECONDS) - set(OPERATIONS)
