"""The gallery before the first query: what the page is told, and what a press means."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from backend import gallery
from demos.image_search.gallery import path_of, pictures


@pytest.mark.parametrize(("language", "caption"), [("en", "A frog."), ("zh", "青蛙。")])
def test_the_page_is_told_each_picture_with_its_caption(language: str, caption: str) -> None:
    request: Any = SimpleNamespace(headers={"accept-language": language})
    told = pictures({}, request)
    assert len(told["pictures"]) == len(gallery.entries()) and "607" in told["about"]
    address, words = told["pictures"][0]
    assert address == f"show-and-tell/gallery/{gallery.entries()[0].key}" and words == caption


def pressed(data: object) -> str | None:
    return path_of(gr.EventData(None, data))


def test_a_number_is_the_picture_in_its_place() -> None:
    assert pressed({"number": 2}) == str(gallery.file_of(gallery.entries()[2].key))


@pytest.mark.parametrize(
    "data", [None, {}, {"number": -1}, {"number": 10**6}, {"number": "2"}, {"number": True}, [2]]
)
def test_anything_else_is_none(data: object) -> None:
    assert pressed(data) is None
