"""Calls that are not taken: in the visitor's language, as a page and as a script understand it."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from demos.shared.refused_calls import RefusedCalls

FULL = {"detail": "Queue is full. Max size is 64 and size is 64."}


async def join(request: Request) -> Response:
    if "fails" in request.query_params:
        raise KeyError("a secret")
    stopped = {"detail": "Queue is stopped."}
    status = int(request.query_params.get("status", "503"))
    return JSONResponse(stopped if "stopped" in request.query_params else FULL, status)


@pytest.fixture(scope="module")
def client() -> TestClient:
    routes = [Route("/gradio_api/queue/join", join, methods=["POST"])]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(RefusedCalls)]))


@pytest.mark.parametrize(("language", "said"), [("en", "The queue is full"), ("zh", "队列已满")])
def test_it_is_said_in_both_languages(client: TestClient, language: str, said: str) -> None:
    headers = {"accept-language": language}
    answer = client.post("/gradio_api/queue/join", headers=headers)
    assert answer.status_code == 503 and answer.json()["detail"].startswith(said)


def test_a_page_gets_a_status_whose_sentence_it_shows(client: TestClient) -> None:
    answer = client.post("/gradio_api/queue/join", headers={"origin": "http://127.0.0.1"})
    assert answer.status_code == 429 and answer.json()["detail"].startswith("The queue is full")


def test_a_server_that_stops_says_that(client: TestClient) -> None:
    answer = client.post("/gradio_api/queue/join?stopped=1")
    assert answer.status_code == 503 and "stopping" in answer.json()["detail"].lower()


def test_other_answers_pass(client: TestClient) -> None:
    answer = client.post("/gradio_api/queue/join?status=200")
    assert answer.status_code == 200 and answer.json() == FULL


def test_what_gradio_stumbles_over_is_a_sentence_and_one_line(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client.post("/gradio_api/queue/join?fails=1")
    assert answer.status_code == 400 and "not what is expected there" in answer.json()["detail"]
    [record] = [one for one in caplog.records if one.name.startswith("demos")]
    assert record.exc_info is None and "\n" not in record.getMessage()
    assert "secret" not in record.getMessage() + answer.text
