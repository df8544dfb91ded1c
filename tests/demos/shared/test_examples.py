"""Examples fill the form; what the visitor chose stays, what another example set does not."""

from __future__ import annotations

from typing import Any

import gradio as gr
import pytest

from demos.shared.examples import Example, example_buttons
from demos.shared.permalinks import Form, Param, hidden_field

PLAIN = Example("common.examples", {"prompt": "Hello"})
SPECIAL = Example("common.stop", {"prompt": "明月", "model": "poet"})


@pytest.fixture(scope="module")
def filled() -> dict[str, Any]:
    """What pressing each example's button does, given the model that is chosen now."""
    with gr.Blocks() as page:
        params = tuple(Param.text(name, gr.Textbox()) for name in ("prompt", "model"))
        form = Form("tab", params, "prompt", hidden_field(), gr.HTML(), "result")
        example_buttons(form, (PLAIN, SPECIAL), keep=("model",))
    plain, special = (one.fn for one in page.fns.values() if one.fn and one.outputs)
    return {"plain": plain, "special": special}


def model_after(update: list[Any]) -> Any:
    return "kept" if update[1] == gr.skip() else update[1]


@pytest.mark.parametrize(
    ("example", "before", "after"),
    [
        ("plain", "", "kept"),
        ("plain", "large", "kept"),
        ("plain", "poet", ""),  # as an example left it: the app's own choice again
        ("special", "", "poet"),
        ("special", "large", "poet"),
    ],
)
def test_an_example_keeps_what_the_visitor_chose(
    filled: dict[str, Any], example: str, before: str, after: str
) -> None:
    update = filled[example](before)
    assert update[0] in ("Hello", "明月")
    assert model_after(update) == after
