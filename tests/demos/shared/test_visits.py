"""A page that opens, and each step in the history, fills the form that the address names."""

from __future__ import annotations

from typing import Any

import gradio as gr
import pytest

from demos.shared import visits
from demos.shared.permalinks import Form, Kept, Param

SKIP = gr.skip()


@pytest.fixture
def form() -> Form:
    with gr.Blocks():
        params = (Param.text("text", gr.Textbox()), Param.text("second", gr.Textbox()))
        kept = Kept(gr.State(), str.upper)
        return Form("one", params, "text", gr.Textbox(), gr.HTML(), result="r", kept=kept)


def test_a_step_back_fills_the_whole_form_and_runs_nothing(form: Form) -> None:
    found = visits._filled(form, "one", {"tab": "one", "text": "hello"}, "kept")
    assert found == ["hello", "", SKIP, SKIP, "KEPT"]


def test_another_tabs_form_stays_as_it_is(form: Form) -> None:
    found = visits._filled(form, "two", {"tab": "two", "text": "hello"}, "")
    assert found == [SKIP] * 5


@pytest.mark.parametrize(("runs", "is_run"), [(True, True), (False, False)])
def test_a_link_runs_unless_its_result_is_kept(form: Form, runs: bool, is_run: bool) -> None:
    *_, run, notice, kept = visits._opened(form, "one", {"text": "hello"}, "en", runs, "")
    assert (run != SKIP) is is_run
    assert (notice, kept) == ("", SKIP)


def test_what_was_kept_with_a_result_comes_back_with_it(form: Form) -> None:
    *_, kept = visits._opened(form, "one", {"text": "hello"}, "en", False, "a chat")
    assert kept == "A CHAT"


@pytest.mark.parametrize("said", ["", None, "{", "[1]", "7", '"text"'])
def test_what_no_page_of_ours_says_counts_as_nothing(said: Any) -> None:
    assert visits._read(said) == {}


def test_too_much_to_keep_is_left_out() -> None:
    assert visits._text("x" * (visits.MAX_KEPT + 1)) == ""
    assert visits._text(["no", "text"]) == ""
    assert visits._text("fine") == "fine"
