"""Calls that no page of ours makes: defaults are filled in, mistakes are a sentence and a line."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from gradio.utils import get_upload_folder

from backend.errors import InputError
from demos.shared.calls import MAX_VALUES, Page
from demos.shared.files import named_paths_of, path_of
from tests.coroutines import to_its_end

MARK = {"_type": "gradio.FileData"}


def double(number: int, times: int = 2, name: str | None = None) -> dict[str, Any]:
    """What the tests call."""
    return {"product": number * times, "name": name}


def fail(number: int) -> int:
    if number:
        raise InputError("no_file")
    raise ZeroDivisionError("secret")


@pytest.fixture(scope="module")
def page() -> Page:
    with Page() as made:
        gr.api(double, api_name="double")
        gr.api(fail, api_name="fail")
        menu = gr.Dropdown(["a", "b"])
        menu.input(lambda choice: choice, menu, menu, api_visibility="private")
    return made


def call(page: Page, place: int, *values: Any) -> Any:
    answer = to_its_end(page.process_api(list(page.fns.values())[place], list(values)))
    return answer["data"][0]


def test_left_out_values_are_the_endpoints_defaults(page: Page) -> None:
    assert call(page, 0, 4) == {"product": 8, "name": None}
    assert call(page, 0, 4, 3) == {"product": 12, "name": None}
    assert call(page, 0, 4, 3, "x") == {"product": 12, "name": "x"}


def test_what_has_no_default_is_named(page: Page) -> None:
    with pytest.raises(gr.Error, match="these are missing: number"):
        call(page, 0)


def test_gradios_own_refusals_are_sentences(page: Page, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO), pytest.raises(gr.Error, match="not what is expected") as it:
        call(page, 2, "c")
    assert not it.value.print_exception
    [line] = caplog.messages
    assert "bad_call" in line and "\n" not in line


def test_a_mistake_that_only_the_function_sees_is_a_sentence(page: Page) -> None:
    with pytest.raises(gr.Error, match="There is no file") as caught:
        call(page, 1, 1)
    assert not caught.value.print_exception


def test_a_bug_is_a_sentence_and_a_trace_in_the_log(
    page: Page, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(gr.Error, match="in the app itself") as caught:
        call(page, 1, 0)
    assert "secret" not in str(caught.value) and "secret" in caplog.text


def test_many_values_are_refused_before_gradio_looks_at_each(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gr.Blocks, "preprocess_data", None)  # would be called next
    with pytest.raises(gr.Error, match=f"more than {MAX_VALUES:,} values"):
        call(page, 0, [["a text", "its label"]] * (MAX_VALUES // 3 + 1))


def test_a_file_that_is_gone_is_named() -> None:
    gone = Path(get_upload_folder()) / "cat.png"
    with pytest.raises(InputError, match=r"cat\.png' is not on the server any more"):
        path_of({"path": str(gone), "meta": MARK}, "no_file")


@pytest.mark.parametrize("value", [7, 1.5, True, "a.png", {"path": "a.png"}])
def test_what_is_no_list_of_files_is_said(value: object) -> None:
    with pytest.raises(InputError, match="files must be a list of files, not"):
        named_paths_of(value, "files")
    assert named_paths_of(None, "files") == []
