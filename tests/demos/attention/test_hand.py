"""By hand: what the stage asks and is told, links that hold its numbers, its texts."""

from __future__ import annotations

import json
import re
from typing import Any

import gradio as gr
import pytest
from gradio_client import Client

from backend.attention import toy_presets
from backend.errors import InputError
from demos.attention import hand, hand_link, hand_payload, hand_server, tab
from demos.attention.strings import ON_HAND
from demos.shared import theme
from demos.shared.scripts import with_imports
from demos.shared.strings import CATALOGUE, LANGUAGES

SCRIPTS = "".join((theme.WEB / name).read_text("utf-8") for name in with_imports(hand.SCRIPT))
FLOW = (theme.WEB / "attention/hand/flow.js").read_text("utf-8")
STEPS = re.findall(r'\["(\w+)", "\w*"\]', FLOW.split("STEPS = [")[1].split("];")[0])


def asked(language: str = "en", **question: Any) -> Any:
    answer = hand_server.toy(question, language)
    return json.loads(json.dumps(answer, allow_nan=False))  # as it travels


def numbers(name: str = "heads", **changed: Any) -> dict[str, Any]:
    return {**toy_presets.preset(name).as_json(), **changed}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_preset_is_there_at_once_with_all_texts(language: str) -> None:
    answer = asked(language, hand="", opening=True)
    assert answer["preset"] == toy_presets.NAMES[0]
    assert answer["hand"] == ""
    assert set(answer["words"]) == set(ON_HAND)
    assert answer["worked"]["heads"][0]["weights"][0] == pytest.approx(
        [0.299, 0.332, 0.369], abs=6e-4
    )
    assert answer["worked"]["heads"][0]["products"][0] == [
        0.14,
        0.32,
        0.5,
    ]  # no 0.14000000000000001
    assert "words" not in asked(language, hand="heads")


def test_a_mask_is_none_where_it_travels() -> None:
    (head,) = asked(hand="causal")["worked"]["heads"]
    assert head["masked"][0][1:] == [None, None] and None not in head["scaled"][0]
    assert head["weights"][0] == [1, 0, 0]


def test_numbers_of_ones_own_are_worked_out_and_held_by_a_link() -> None:
    table = [["0", "0", "0", "0"]] * 3 + [["0", "0", "0", "1.50"]]
    answer = asked(preset="heads", numbers=numbers(w_q=table))
    assert answer["numbers"]["w_q"][3] == [0, 0, 0, 1.5]
    assert json.loads(answer["hand"]) == {
        "preset": "heads",
        "w_q": [[0] * 4] * 3 + [[0, 0, 0, 1.5]],
    }
    assert asked(hand=answer["hand"]) == answer


@pytest.mark.parametrize(
    ("changed", "said", "cell"),
    [
        (
            {"w_k": [[1, "abc", 0, 0]] + [[0] * 4] * 3},
            "W_K, row 1, column 2 must be",
            ("W_K", 1, 2),
        ),
        ({"w_k": [[1, "1e400", 0, 0]] + [[0] * 4] * 3}, "not '1e400'", ("W_K", 1, 2)),
        ({"embedding": [[""] + [0] * 3] + [[0] * 4] * 2}, "E, row 1, column 1", ("E", 1, 1)),
        ({"tokens": []}, "tokens must be 1 to 6 words", None),
        ({"heads": 3}, "heads must be 1", None),
    ],
)
def test_what_is_wrong_is_a_sentence_and_names_the_cell(
    changed: dict[str, Any], said: str, cell: tuple[str, int, int] | None
) -> None:
    answer = asked(preset="heads", numbers=numbers(**changed))
    assert said in answer["error"]
    named = tuple(answer["cell"].get(name) for name in ("name", "row", "column"))
    assert named == (cell or named) and (cell is None) == (answer["cell"].get("row") is None)


def test_what_is_wrong_is_said_in_chinese_too() -> None:
    table = [[1, "一", 0, 0]] + [[0] * 4] * 3
    assert (
        "W_Q 第 1 行第 2 列必须是"
        in asked("zh", numbers=numbers(w_q=table), preset="heads")["error"]
    )


@pytest.mark.parametrize(
    "question", [{"numbers": 5}, {"numbers": None}, {"preset": 7, "numbers": {}}]
)
def test_questions_that_no_page_asks_get_a_sentence(question: dict[str, Any]) -> None:
    assert asked(**question)["error"]


@pytest.mark.parametrize("name", toy_presets.NAMES)
def test_a_presets_link_is_its_name(name: str) -> None:
    text = hand_link.write(name, toy_presets.preset(name))
    assert text == ("" if name == "three" else name)
    assert hand_link.read(text) == (name, toy_presets.preset(name))


@pytest.mark.parametrize(
    "text",
    [
        "four",
        "{",
        "{}}",
        "[" * 5000,
        "{" * 5000,
        '{"preset": "four"}',
        '{"preset": []}',
        '{"w_q": [[NaN]]}',
        '{"w_q": [[1, 2, 3]]}',
        '{"x": [[1]]}',
        '{"tokens": "abc"}',
    ],
)
def test_a_link_that_cannot_be_used_is_left_out(text: str) -> None:
    with pytest.raises(InputError):
        hand_link.check(text)


def test_a_link_is_written_as_short_as_can_be() -> None:
    assert hand_link.check('{"preset": "heads"}') == "heads"
    assert hand_link.check('{"causal": true}') == '{"preset":"three","causal":true}'
    assert hand_link.check("three") == ""


@pytest.mark.parametrize(("cell", "right"), [("2.3", True), ("", True), (None, True), ("2", False)])
def test_a_cell_is_a_row_and_a_column(cell: object, right: bool) -> None:
    if right:
        assert hand.check_cell(cell) == (cell or "")
    else:
        with pytest.raises(InputError, match="cell must be one of"):
            hand.check_cell(cell)


@pytest.mark.parametrize("cell", [".", "1.", "1.2.3", "a.b", "-1.2", "1.100", 5])
def test_what_is_no_cell_is_left_out(cell: object) -> None:
    with pytest.raises(InputError):
        hand.check_cell(cell)


def test_a_copied_link_holds_the_inner_tab_that_is_open() -> None:
    values = {
        "text": "a",
        "layer": "2",
        "view": "hand",
        "hand": "heads",
        "step": "mask",
        "cell": "",
    }
    assert tab.shown_values(values).keys() == {"view", "hand", "step", "cell"}
    assert tab.shown_values({**values, "view": "lines"}).keys() == {"text", "layer", "view"}


def test_the_scripts_and_the_form_know_the_same_steps() -> None:
    assert tuple(STEPS) == hand.STEP.choices


def test_every_word_that_the_scripts_use_travels_and_none_besides() -> None:
    used = set(re.findall(r"\bwords\.([a-z_]+)", SCRIPTS))
    composed = {f"{kind}_{step}" for kind in ("step", "say") for step in STEPS}
    composed |= {"say_masked", "say_no_mask"} | {f"preset_{name}" for name in toy_presets.NAMES}
    composed |= {"key_yours", "key_read", "key_written"}
    assert set(ON_HAND) == used | composed
    assert all(f"attention.hand.{name}" in CATALOGUE for name in ON_HAND)


def test_the_api_works_numbers_out(client: Client) -> None:
    answer = client.predict(api_name="/attention_toy")
    assert answer["worked"]["heads"][0]["weights"][2][2] == pytest.approx(0.4772, abs=1e-4)
    answer = client.predict({"causal": True}, "three", api_name="/attention_toy")
    assert answer["worked"]["heads"][0]["weights"][0] == [1, 0, 0]
    for wrong in ({"w_q": [[1]]}, [1]):
        with pytest.raises(Exception, match=r"W_Q must have 3 rows|numbers must be a dictionary"):
            client.predict(wrong, api_name="/attention_toy")


def test_the_answer_is_small() -> None:
    assert len(json.dumps(hand_payload.answer("heads", toy_presets.preset("heads")))) < 8000


def test_it_can_be_laid_out_alone() -> None:
    with gr.Blocks() as page:
        hand.build(hand.params())
    stages = [
        part for part in page.blocks.values() if getattr(part, "elem_id", "") == "attention-hand"
    ]
    assert len(stages) == 1
