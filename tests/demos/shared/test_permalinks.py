"""Links and forms: what is written can be read, what is broken is left out."""

from __future__ import annotations

from urllib.parse import parse_qsl

import gradio as gr
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.generation.request import OPTIONS
from demos.shared.permalinks import Form, Param, hidden_field


@pytest.fixture(scope="module")
def form() -> Form:
    with gr.Blocks():
        params = [Param.text("prompt", gr.Textbox())]
        params += [Param.option(row, gr.Textbox()) for row in OPTIONS.values()]
        return Form("generation", tuple(params), "prompt", hidden_field(), gr.HTML(), "result")


def read_back(form: Form, query: str) -> dict[str, object]:
    values, ignored = form.read(dict(parse_qsl(query[1:])))
    assert ignored == []
    return values


def test_a_link_holds_only_what_differs_from_the_defaults(form: Form) -> None:
    values = {"prompt": "Hi & bye", "temperature": 0.7, "seed": 7, "top_k": None}
    assert form.query(values) == "?tab=generation&prompt=Hi+%26+bye&seed=7"


@given(
    prompt=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=50),
    temperature=st.integers(0, 40).map(lambda step: step / 20),
    seed=st.integers(0, 2**32 - 1),
    strategy=st.sampled_from(["greedy", "sampling"]),
)
def test_what_a_link_says_is_what_it_restores(form: Form, **values: object) -> None:
    restored = read_back(form, form.query(values))
    defaults = {param.name: param.default for param in form.params}
    assert {**defaults, **restored} == {**defaults, **values}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("temperature", "hot"),
        ("temperature", "nan"),
        ("temperature", "-1"),
        ("top_k", "2.5"),
        ("seed", "1e99"),
        ("mode", "poem"),
        ("prompt", "x" * 200_001),
    ],
)
def test_a_broken_value_is_left_out_and_named(form: Form, name: str, value: str) -> None:
    values, ignored = form.read({name: value, "max_new_tokens": "9"})
    assert (values, ignored) == ({"max_new_tokens": 9}, [name])


def test_names_that_are_not_ours_are_none_of_our_business(form: Form) -> None:
    assert form.read({"tab": "generation", "utm_source": "mail"}) == ({}, [])


def test_filling_takes_defaults_for_what_is_not_given_and_runs(form: Form) -> None:
    *filled, run = form.fill({"prompt": "Hi", "top_k": 3})
    by_name = dict(zip((param.name for param in form.params), filled, strict=True))
    assert (by_name["prompt"], by_name["top_k"], by_name["top_p"]) == ("Hi", 3, 0.9)
    assert run
    assert form.fill({"prompt": "Hi"})[-1] != run, "the same example twice runs twice"


def test_a_link_without_its_main_value_fills_but_does_not_run(form: Form) -> None:
    assert form.fill({"top_k": 3})[-1] == gr.skip()


def test_opening_a_link_leaves_alone_what_it_does_not_name(form: Form) -> None:
    """A visitor may have begun to type before the link has been read."""
    *opened, run = form.open({"top_k": 3})
    by_name = dict(zip((param.name for param in form.params), opened, strict=True))
    assert by_name.pop("top_k") == 3
    assert all(value == gr.skip() for value in by_name.values())
    assert run == gr.skip()
