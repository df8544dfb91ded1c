"""/generate from gradio_client and from bare HTTP, on the real bundled model."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from backend import Backend
from demos.generation import api
from demos.shared import listener


def generate(client: Client, prompt: object = "Hello", **options: object) -> Any:
    return client.predict(prompt, **{"max_new_tokens": 6, **options}, api_name="/generate")


def test_the_prompt_alone_is_enough(client: Client) -> None:
    answer = client.predict("Say one word.", api_name="/generate")
    assert answer["text"] and answer["finished"] in ("end", "length")
    assert answer["run"]["model_id"] == "smollm2-135m"
    json.dumps(answer)


def test_the_same_seed_gives_the_same_text(client: Client) -> None:
    texts = [generate(client, seed=seed, temperature=2)["text"] for seed in (5, 5, 6)]
    assert texts[0] == texts[1] != texts[2]


def test_it_streams_through_submit(client: Client) -> None:
    parts = list(
        client.submit("Count.", max_new_tokens=30, strategy="greedy", api_name="/generate")
    )
    assert len({part["text"] for part in parts}) > 1
    assert parts[0]["run"] is None and parts[-1]["finished"]
    assert all(later["text"].startswith(part["text"]) for part, later in itertools.pairwise(parts))


def test_history_and_system_prompt_are_read(client: Client) -> None:
    history = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]
    alone = generate(client)["run"]["prompt_tokens"]
    assert (
        generate(client, history=history, system="Be brief, please.")["run"]["prompt_tokens"]
        > alone
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"prompt": ""}, "The prompt is empty"),
        ({"prompt": "   \n"}, "The prompt is empty"),
        ({"prompt": 5}, "prompt must be a text"),
        ({"prompt": "word " * 20_000}, "The prompt has 20,031 tokens"),
        ({"temperature": -1}, "temperature must be from 0 to 2, not -1"),
        ({"temperature": "hot"}, "temperature must be a number from 0 to 2, not 'hot'"),
        ({"temperature": True}, "temperature must be a number"),
        ({"max_new_tokens": 0}, "max_new_tokens must be from 1 to 2048, not 0"),
        ({"max_new_tokens": 10**9}, "not 1000000000"),
        ({"top_k": 2.5}, "top_k must be a whole number"),
        ({"mode": "poem"}, "mode must be one of chat, completion"),
        ({"model": "gpt-9"}, "model must be one of auto"),
        ({"history": [{"role": "system", "content": "x"}]}, "history must be a list"),
        ({"seed": 2**70}, "seed must be from 0 to 4294967295"),
    ],
)
def test_bad_input_gets_a_sentence(client: Client, options: dict[str, Any], said: str) -> None:
    with pytest.raises(Exception, match=said):
        generate(client, **options)


def wait_for_text(job: Any) -> None:
    while not any(part["text"] for part in job.outputs()):
        time.sleep(0.05)


def raw(address: str, data: str) -> str:
    """What bare HTTP answers to a body that gradio_client would refuse to send."""
    url = f"{address}gradio_api/call/generate"
    sent = httpx.post(url, content=data, headers={"content-type": "application/json"})
    return httpx.get(f"{url}/{sent.json()['event_id']}", timeout=120).text


VALUES = (
    '{{"data": ["{prompt}","chat","",null,"","sampling",{temperature},50,0.9,1.1,4,1,"error",'
    "0,null,null,false]}}"
)


def test_not_a_number_over_http_gets_a_sentence(address: str) -> None:
    answer = raw(address, VALUES.format(prompt="Hi", temperature="NaN"))
    assert "temperature must be a number from 0 to 2, not nan" in answer


def test_lone_surrogates_and_control_characters_over_http_are_replaced_and_noted(
    address: str,
) -> None:
    answer = raw(address, VALUES.format(prompt="Hi \\ud800 \\u0000 you", temperature="0.7"))
    assert "event: complete" in answer and "2 unreadable characters" in answer


def test_the_queue_cannot_be_bypassed(address: str) -> None:
    answer = httpx.post(f"{address}gradio_api/run/generate", json={"data": ["Hi"]})
    assert answer.status_code == 404 or "join the queue" in answer.text


def test_cancelling_a_stream_frees_the_slot(client: Client, backend: Backend) -> None:
    options = {"max_new_tokens": 2000, "strategy": "greedy", "repetition_penalty": 1.0}
    job = client.submit("one two one two", mode="completion", **options, api_name="/generate")
    wait_for_text(job)
    job.cancel()
    assert generate(client)["text"]
    assert backend.jobs.running() == 0


def test_a_run_whose_answer_nobody_fetches_ends(
    client: Client, address: str, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    generate(client)  # the model is loaded
    monkeypatch.setattr(listener, "PATIENCE", 0.5)
    settings = ["greedy", 1, 1, 1, 1.0, 2000, None, "error", 0, None, None, False]
    data = ["one two one two", "completion", "", None, "", *settings]
    httpx.post(f"{address}gradio_api/call/generate", json={"data": data}).raise_for_status()
    wait_until(lambda: backend.jobs.running() == 1)
    wait_until(lambda: backend.jobs.running() == 0)


def wait_until(is_so: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < give_up
        time.sleep(0.02)


def test_stop_ends_what_the_same_client_has_running(client: Client) -> None:
    options = {"max_new_tokens": 2000, "strategy": "greedy", "repetition_penalty": 1.0}
    job = client.submit("one two one two", mode="completion", **options, api_name="/generate")
    wait_for_text(job)
    assert client.predict(api_name="/stop") == {"stopped": 1}
    assert job.result(timeout=60)["finished"] == "stopped"
    assert client.predict(api_name="/stop") == {"stopped": 0}


def test_monitoring_is_not_public(address: str) -> None:
    assert "not enabled" in httpx.get(f"{address}monitoring").text


# --- Tokens with their choices -----------------------------------------------------------------


def test_tokens_come_with_their_probabilities_on_wish(client: Client) -> None:
    assert "tokens" not in generate(client, seed=1)
    answer = generate(client, seed=1, tokens=True)
    assert "".join(token["text"] for token in answer["tokens"]) == answer["text"]
    for token in answer["tokens"]:
        shares = [other["probability"] for other in token["alternatives"]]
        assert sum(shares) + token["others"] == pytest.approx(1, abs=1e-5)
        assert 0 < token["probability"] <= 1


def test_a_branch_begins_with_given_tokens(client: Client) -> None:
    first = generate(client, seed=1, tokens=True)["tokens"]
    other = first[1]["alternatives"][2]["id"]
    branch = generate(client, seed=1, begin=[first[0]["id"], other], tokens=True)["tokens"]
    assert [token["id"] for token in branch[:2]] == [first[0]["id"], other]


def test_min_p_and_stop_strings_work_through_the_endpoint(client: Client) -> None:
    greedy = generate(client, seed=1, strategy="greedy")["text"]
    assert generate(client, seed=5, min_p=1.0, repetition_penalty=1.1)["text"] == greedy
    stopped = generate(client, strategy="greedy", stop=[greedy[3:5]])
    assert (stopped["text"], stopped["finished"]) == (greedy[: greedy.find(greedy[3:5])], "stop")


def test_many_samples_are_a_tree_with_greedy_and_beams_beside_it(client: Client) -> None:
    found = client.predict(
        "The capital of France is", draws=6, max_new_tokens=4, seed=1, api_name="/draws"
    )
    _, rows, _, branches, _ = found["tree"]
    assert rows == 6 == sum(branch[1] for branch in branches)
    assert found["greedy"]["text"] and len(found["beams"]) == 5
    assert found["run"]["answer_tokens"] <= 24
    json.dumps(found)


def test_two_models_of_which_there_is_one_are_two_settings_of_it(client: Client) -> None:
    found = client.predict("Hello", seed=1, max_new_tokens=6, api_name="/versus")
    assert found["over"] and [one["run"]["tier"] for one in found["answers"]] == ["bundled"] * 2
    assert found["answers"][0]["text"] == generate(client, seed=1)["text"]
    assert "always with the likeliest token" in found["why_twice"]


def test_a_second_model_that_nobody_knows_gets_a_sentence(client: Client) -> None:
    with pytest.raises(Exception, match="model must be one of"):
        client.predict("Hi", second="gpt-9", max_new_tokens=2, api_name="/versus")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"draws": 1}, "draws must be from 2 to 64, not 1"),
        ({"draws": 10**6}, "draws must be from 2 to 64"),
        ({"prompt": "word " * 2000, "draws": 64}, "64 samples do not fit into memory"),
        ({"prompt": " "}, "The prompt is empty"),
    ],
)
def test_samples_that_cannot_be_get_a_sentence(
    client: Client, options: dict[str, Any], said: str
) -> None:
    with pytest.raises(Exception, match=said):
        client.predict(**{"prompt": "Hi", **options}, api_name="/draws")


def test_a_text_is_scored(client: Client) -> None:
    plain = client.predict("The cat sat on the mat.", api_name="/score")
    odd = client.predict("The cat sat on the parliament.", api_name="/score")
    assert odd["perplexity"] > plain["perplexity"] > 1
    assert plain["first"] + "".join(t["text"] for t in plain["tokens"]) == "The cat sat on the mat."
    assert plain["run"]["perplexity"] == pytest.approx(plain["perplexity"], abs=0.01)


@pytest.mark.parametrize("text", ["", "   ", "a", "word " * 10_000])
def test_a_text_that_cannot_be_scored_gets_a_sentence(client: Client, text: str) -> None:
    with pytest.raises(Exception, match=r"empty|single token|reads at most"):
        client.predict(text, api_name="/score")


@pytest.mark.parametrize("given", [{"stop": ["x"] * 9}, {"begin": [10**9]}, {"min_p": 2}])
def test_bad_new_options_get_a_sentence(client: Client, given: dict[str, Any]) -> None:
    with pytest.raises(Exception, match=r"Stop strings|has no token|min_p"):
        generate(client, **given)


def test_a_long_text_is_scored_and_sent_in_pages(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "PAGE", 4)
    first = client.predict("One two three four five six seven.", api_name="/score")
    assert len(first["tokens"]) == 4 and first["next"] == 4
    more = client.predict(first["key"], first["next"], api_name="/score_more")
    assert more["next"] is None and more["tokens"][-1]["text"] == "."
    texts = [first["first"], *(one["text"] for one in [*first["tokens"], *more["tokens"]])]
    assert "".join(texts) == "One two three four five six seven."


@pytest.mark.parametrize(
    ("key", "start", "said"), [("nobody's", 0, "Run it again"), ("", -1, "start")]
)
def test_a_page_that_is_not_there_gets_a_sentence(
    client: Client, key: str, start: int, said: str
) -> None:
    with pytest.raises(AppError, match=said):
        client.predict(key, start, api_name="/score_more")
