"""The bridge between Python and the page, as the texts that gradio is given."""

from __future__ import annotations

import gradio as gr
import pytest

from demos.shared.stage import call, clicks, mounting, stage


def test_a_script_is_imported_from_below_the_pages_base() -> None:
    text = mounting("generation/samples.js")
    assert text.startswith(
        'import(new URL("show-and-tell/generation/samples.js", document.baseURI))'
    )
    assert "mount({ element, props, server, trigger, watch }, {})" in text


def test_a_stage_has_the_events_that_it_names_and_no_others() -> None:
    with gr.Blocks():
        made = stage("a-stage", "a.js", styles=["a.css"], events=["chose"])
        made.chose(lambda: None)
        with pytest.raises(AttributeError, match="moved"):
            made.moved(lambda: None)
    assert made.head == '<link rel="stylesheet" href="show-and-tell/a.css">'
    assert made.value is None


def test_clicks_are_an_event_of_any_name() -> None:
    with gr.Blocks():
        made = gr.HTML("", js_on_load=clicks("turn", "edited"))
        made.edited(lambda: None)
    assert '{"name": "turn", "event": "edited", "marks": false}' in made.js_on_load


def test_a_call_hands_over_its_arguments_before_the_inputs() -> None:
    text = call("app.js", "reveal", "it's here", ["a"])
    assert text.startswith("async (...inputs) => (await import(")
    assert text.endswith(').reveal("it\'s here", ["a"], ...inputs)')
