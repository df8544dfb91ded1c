"""The decks of the app are right: their form, their links, both languages, their sums."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from backend import Backend
from backend.attention.by_hand import by_hand
from demos import TABS
from demos.check_decks import check
from demos.page import build_page
from demos.shared import decks
from demos.shared.permalinks import Form

NAMES = {
    *("attention", "writing", "pretraining", "search", "noise", "captions"),
    *("experts", "fusion", "tour"),
}
FEWEST_STEPS = 5


@pytest.fixture(scope="module")
def forms(bundled_backend: Backend) -> list[Form]:
    return build_page(bundled_backend, TABS).forms


def test_the_nine_decks_are_there_and_long_enough() -> None:
    lengths = {path.stem: len(decks.read(path)["steps"]) for path in decks.paths()}
    assert lengths.keys() >= NAMES
    assert all(lengths[name] >= FEWEST_STEPS for name in NAMES)


def test_every_deck_is_right(forms: list[Form]) -> None:
    faults = {path.name: list(check(path.read_text("utf-8"), forms)) for path in decks.paths()}
    assert not any(faults.values()), faults


def test_every_text_of_a_deck_is_in_both_languages() -> None:
    for path in decks.paths():
        for step in decks.read(path)["steps"]:
            for key in ("title", "say", "look", "notes"):
                text = step.get(key)
                assert text is None or text.keys() == {"en", "zh"}, (path.name, text)
                assert text is None or all(text.values()), (path.name, text)


@pytest.mark.parametrize(("step", "causal"), [(5, False), (7, True)])
def test_the_worked_example_is_what_the_app_itself_computes(step: int, causal: bool) -> None:
    deck = decks.read(decks.FOLDER / "attention.json")
    table = deck["steps"][3]["tables"][0]["rows"]
    worked = by_hand(table, table, table, causal)
    scaled, weights = (np.array(one["rows"], float) for one in deck["steps"][step - 1]["tables"])
    assert np.allclose(weights, worked.weights, atol=6e-4)
    assert (np.isnan(scaled) == ~worked.visible).all()
    assert np.allclose(scaled[worked.visible], worked.scaled[worked.visible], atol=6e-4)


def test_the_true_rows_are_not_uniform() -> None:
    rows = decks.read(decks.FOLDER / "attention.json")["steps"][4]["tables"][1]["rows"]
    assert all(max(row) - min(row) > 0.05 for row in rows)
    assert [round(sum(row), 2) for row in rows] == [1, 1, 1]


def step(**more: Any) -> str:
    return json.dumps({"title": "A deck", "steps": [{"title": "A step", **more}]})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not JSON"),
        ("[]", '"steps"'),
        (json.dumps({"title": "A", "steps": []}), "one step or more"),
        (json.dumps({"title": "A", "steps": [{}]}), "step 1 has no title"),
        (step(sentence="?"), "'sentence'"),
        (step(say=7), "say must be a text"),
        (step(say={"de": "?"}), '{"en": ..., "zh": ...}'),
        (step(show="?tab=nowhere"), "?tab="),
        (step(show="?tab=attention&layer=no"), "layer"),
        (step(show="?tab=attention&txet=hello"), "txet"),
        (step(tables=[{"rows": [[1, 2], [3]]}]), "several lengths"),
        (step(tables=[{"rows": [[1, 2]], "top": ["a"]}]), "1 names at its top for 2"),
        (step(sources=["somebody"]), "a source is"),
    ],
)
def test_a_fault_is_a_sentence(text: str, said: str, forms: list[Form]) -> None:
    faults = list(check(text, forms))
    assert len(faults) == 1 and said in faults[0]


def test_a_plain_deck_is_right(forms: list[Form]) -> None:
    assert not list(check(step(say="One language is enough.", show="?tab=attention"), forms))


async def app(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 418, "headers": []})
    await send({"type": "http.response.body", "body": b"the app"})


@pytest.mark.parametrize(
    ("address", "status"),
    [("/?present=1&deck=tour", 200), ("/", 418), ("/?present=0", 418), ("/frame?present=1", 418)],
)
def test_only_the_address_of_a_deck_opens_one(address: str, status: int) -> None:
    assert TestClient(decks.Presenting(app)).get(address).status_code == status


def test_the_page_lists_all_decks_and_asks_no_other_host() -> None:
    page = TestClient(decks.Presenting(app)).get("/?present=1", headers={"accept-language": "zh"})
    assert '<html lang="zh"' in page.text
    assert all(f'"name": "{name}"' in page.text for name in NAMES)
    assert 'src="http' not in page.text and 'href="http' not in page.text


def test_no_deck_names_a_file_outside(tmp_path: Path) -> None:
    assert all(path.parent == decks.FOLDER for path in decks.paths())
