"""Calls that are not taken: in the visitor's language, as a page and as a script understand it."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI
from gradio_client.utils import construct_args
from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from demos.shared.refused_calls import RefusedCalls, not_understood

FULL = {"detail": "Queue is full. Max size is 64 and size is 64."}
PARAMETERS: list[Any] = [{"parameter_name": "text", "parameter_has_default": False}]


async def join(request: Request) -> Response:
    if "parameter" in request.query_params:
        construct_args(PARAMETERS, (), {request.query_params["parameter"]: 1})
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


@pytest.mark.parametrize(
    ("name", "english", "chinese"),
    [("txt", "has no parameter 'txt'", "没有参数"), ("", "has no parameter ''", "没有参数")],
)
def test_an_unknown_parameter_is_named(
    client: TestClient, name: str, english: str, chinese: str
) -> None:
    url = f"/gradio_api/queue/join?parameter={name}"
    assert english in client.post(url).json()["detail"]
    assert chinese in client.post(url, headers={"accept-language": "zh"}).json()["detail"]


def test_a_missing_parameter_is_named() -> None:
    with pytest.raises(TypeError) as caught:
        construct_args(PARAMETERS, (), {})
    said = not_understood(Headers({}), caught.value)
    assert b"The parameter 'text' is missing" in bytes(said.body)


class Call(BaseModel):
    data: list[Any]


@pytest.fixture(scope="module")
def typed() -> TestClient:
    """As gradio's routes are: FastAPI reads the body."""
    app = FastAPI(middleware=[Middleware(RefusedCalls)])

    @app.post("/call")
    def call(body: Call) -> int:
        return len(body.data)

    @app.post("/known")
    def known() -> Response:
        return JSONResponse({"detail": "Session hash not found."}, 400)

    return TestClient(app)


@pytest.mark.parametrize(
    ("body", "status", "cause"),
    [
        (b"{", 422, "json_invalid"),
        (b"[1]", 422, "model_attributes_type"),
        (b"{}", 422, "missing"),
        (b'{"data": 7}', 422, "list_type"),
        (b'{"data": NaN}', 400, "ValueError"),
        (b'{"data": Infinity}', 400, "ValueError"),
        (b'{"data": "\\ud800"}', 400, "UnicodeEncodeError"),
        (b"\xff", 400, "JSON"),
        (b'{"data": ' + b"[" * 20_000, 400, "JSON"),
    ],
)
def test_a_body_that_cannot_be_read_is_a_sentence(
    typed: TestClient, body: bytes, status: int, cause: str
) -> None:
    answer = typed.post("/call", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == status
    assert answer.json()["detail"].startswith("A value of this call is not what is expected there")
    assert f"({cause})" in answer.json()["detail"]


def test_a_body_that_is_right_and_a_refusal_that_says_why_pass(typed: TestClient) -> None:
    assert typed.post("/call", json={"data": [1, 2]}).json() == 2
    assert typed.post("/known").json() == {"detail": "Session hash not found."}
