"""The attention tab's endpoints from gradio_client and bare HTTP, on the real bundled models."""

from __future__ import annotations

import json
import math
from typing import Any

import httpx
import numpy as np
import pytest
from gradio_client import Client

from backend import Backend
from backend.kept_results import KeptResults

TEXT = "The animal didn't cross the street because it was too tired."


def ask(client: Client, name: str = "/attention", **options: Any) -> Any:
    return client.predict(**{"text": TEXT, **options}, api_name=name)


def test_the_text_alone_is_enough(client: Client) -> None:
    answer = client.predict(TEXT, api_name="/attention")
    weights = np.array(answer["weights"])
    assert weights.shape == (len(answer["rows"]), len(answer["columns"])) == (16, 16)
    np.testing.assert_allclose(weights.sum(1), 1, atol=1e-5)
    assert [row["text"] for row in answer["rows"][:3]] == ["[CLS]", "The", "animal"]
    assert answer["run"]["model_id"] == "minilm-attention"
    assert answer["run"]["dtype"] == "float32"
    json.dumps(answer)


def test_a_decoder_and_an_encoder_decoder_answer_as_what_they_are(client: Client) -> None:
    decoder = ask(client, kind="decoder", layer=3, head=2)
    assert decoder["run"]["model_id"] == "smollm2-135m-attention"
    assert np.triu(np.array(decoder["weights"]), 1).max() == 0
    across = ask(client, text="14 February 2024", kind="seq2seq")
    assert across["run"]["model_id"] == "dates"
    assert across["look"]["stack"] == "cross"
    assert len(across["rows"]) != len(across["columns"])


def test_a_kind_of_model_is_never_replaced_by_another(backend: Backend) -> None:
    for kind in ("encoder", "decoder", "seq2seq"):
        rows = backend.models_for(f"attention-{kind}")
        assert rows and rows[-1].tier == "bundled"
        assert {row.task for row in rows} == {f"attention-{kind}"}


def test_the_steps_end_where_the_model_does(client: Client) -> None:
    answer = ask(client, "/attention_steps", look={"layer": 6, "head": 12, "token": 11})
    weights = np.array(answer["weights"])
    q, k = np.array(answer["q"]), np.array(answer["k"])
    np.testing.assert_allclose(answer["products"], k @ q, rtol=1e-4)
    np.testing.assert_allclose(answer["output"], weights @ np.array(answer["v"]), atol=1e-5)
    assert answer["difference"] <= 1e-5
    matrix = ask(client, layer=6, head=12)["weights"]
    np.testing.assert_allclose(weights, matrix[10], atol=1e-6)


def test_the_layers_of_a_decoder_come_with_its_predictions(client: Client) -> None:
    text = "The capital of France is Paris. The capital of Italy is"
    answer = ask(client, "/attention_layers", text=text, kind="decoder")
    assert len(answer["rollout"]) == 30
    assert answer["lens"]["tokens"][-1][-1][0].strip() == "Rome"
    assert ask(client, "/attention_layers")["lens"] is None


def test_the_effect_stands_beside_the_attention(client: Client) -> None:
    answer = ask(client, "/attention_effect", look={"layer": 6, "head": 12})
    assert answer["measure"] == "cosine"
    assert len(answer["sources"]) == len(answer["changes"]) == 16
    assert len(answer["head_changes"]) == 12
    assert -1 <= answer["correlation"] <= 1


@pytest.mark.parametrize("kind", ["svg", "csv", "json", "html"])
def test_a_view_as_a_file_holds_markup_only_as_text(client: Client, kind: str) -> None:
    text = "<script>alert('x')</script> & </style>"
    answer = ask(client, "/attention_file", text=text, format=kind)
    assert answer["type"].split("/")[1].split("+")[0] in (kind, "json")
    if kind in ("svg", "html"):
        assert "<script>alert" not in answer["text"]
        assert "http:" not in answer["text"].replace("http://www.w3.org", "")


def test_by_hand_is_the_formula(client: Client) -> None:
    answer = client.predict([[1, 0]], [[1, 0]], [[2, 3]], api_name="/attention_by_hand")
    assert answer["weights"] == [[1]] and answer["output"] == [[2, 3]]
    encoding = client.predict(2, 4, api_name="/attention_positions")["encoding"]
    assert encoding[1][0] == pytest.approx(math.sin(1))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"text": ""}, "The text is empty"),
        ({"text": "  \n "}, "The text is empty"),
        ({"text": 5}, "text must be a text"),
        ({"kind": "mamba"}, "kind must be one of encoder, decoder, seq2seq"),
        ({"model": "gpt-9"}, "model must be one of auto"),
        ({"layer": 7}, "layer must be from 1 to 6, not 7"),
        ({"head": 13}, "head must be from 1 to 12, not 13"),
        ({"head": -1}, "head must be from 1"),
        ({"layer": "first"}, "layer must be a number"),
        ({"pair": "AB"}, "nothing is left to show"),
        ({"hide": "all"}, "hide must be one of none, special, first"),
        ({"stack": "cross"}, "stack must be one of self"),
        ({"model": "smollm2-135m-attention"}, "is of the kind decoder, not encoder"),
        ({"kind": "seq2seq", "model": "minilm-attention"}, "of the kind encoder, not seq2seq"),
    ],
)
def test_bad_input_gets_a_sentence(client: Client, options: dict[str, Any], said: str) -> None:
    with pytest.raises(Exception, match=said):
        ask(client, **options)


@pytest.mark.parametrize("look", [[1, 2], "layer 3", 5])
def test_a_look_that_is_no_dictionary_gets_a_sentence(client: Client, look: Any) -> None:
    with pytest.raises(Exception, match="look must be a dictionary"):
        ask(client, "/attention_steps", look=look)


def test_bad_cells_over_http_get_a_sentence(address: str) -> None:
    url = f"{address}gradio_api/call/attention_by_hand"
    body = '{"data": [[[NaN]], [[1]], [[1]], false]}'
    sent = httpx.post(url, content=body, headers={"content-type": "application/json"})
    answer = httpx.get(f"{url}/{sent.json()['event_id']}", timeout=60).text
    assert "Q, row 1, column 1 must be a number" in answer


def test_a_page_cannot_look_without_its_key(address: str) -> None:
    config = httpx.get(f"{address}config").json()
    stage = next(c for c in config["components"] if c["props"].get("elem_id") == "attention-stage")
    for ask_with in ({"key": "guess", "look": {}}, {}, None, [1], "x"):
        body = {
            "data": ask_with,
            "fn_name": "look",
            "session_hash": "someone",
            "component_id": stage["id"],
        }
        answer = httpx.post(f"{address}gradio_api/component_server", json=body)
        assert "Run it again" in answer.json()["error"]


def test_an_endpoint_keeps_nothing(client: Client, backend: Backend) -> None:
    stores = [store for store in backend._stores if isinstance(store, KeptResults)]
    before = [set(store._kept) for store in stores]  # other tabs may share this backend
    ask(client)
    assert stores and [set(store._kept) for store in stores] == before
    assert backend.jobs.running() == 0
