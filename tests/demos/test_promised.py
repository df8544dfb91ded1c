"""What scripts and links rely on stays: endpoints, their parameters and defaults; links' names.

`promised.json` is what was published. Something new is added to it by hand; nothing leaves it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from backend import Backend
from demos import TABS
from demos.page import build_page

PROMISED = json.loads(Path(__file__).with_name("promised.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def endpoints() -> dict[str, Any]:
    info = build_page(Backend("bundled"), TABS).get_api_info()
    return {
        name: {
            "parameters": {
                one["parameter_name"]: _parameter(one) for one in endpoint["parameters"]
            },
            "returns": [one["python_type"]["type"] for one in endpoint["returns"]],
        }
        for name, endpoint in info["named_endpoints"].items()
    }


def test_every_endpoint_is_there_with_its_parameters_and_defaults(
    endpoints: dict[str, Any],
) -> None:
    assert endpoints.keys() >= PROMISED["endpoints"].keys()  # new ones may come
    for name, promised in PROMISED["endpoints"].items():
        assert endpoints[name] == promised, name


def test_every_links_parameters_and_defaults_are_there() -> None:
    assert {tab.ID for tab in TABS} == PROMISED["links"].keys()
    for tab in TABS:
        with gr.Blocks(), gr.Tabs(), gr.Tab(id=tab.ID):
            form = tab.build(Backend("bundled"))
        names = {param.name: param.default for param in form.params}
        main = form.main if isinstance(form.main, str) else list(form.main)
        assert {**names, "main": main} == PROMISED["links"][tab.ID], tab.ID


def _parameter(one: dict[str, Any]) -> dict[str, Any]:
    default = {"default": one["parameter_default"]} if one["parameter_has_default"] else {}
    return {"type": one["python_type"]["type"], **default}
