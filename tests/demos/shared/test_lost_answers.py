"""Asking for an answer that is not there ends with a sentence."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from demos.shared.lost_answers import LostAnswers


async def answer(request: Request) -> Response:
    """As gradio does for a call that it does not know."""

    async def stream() -> AsyncIterator[str]:
        yield 'event: error\ndata: "404: Not Found"\n\n'
        raise ZeroDivisionError if "bug" in request.query_params else HTTPException(404)

    return StreamingResponse(stream(), media_type="text/event-stream")


async def page(request: Request) -> Response:
    return PlainTextResponse("a page")


async def missing(request: Request) -> Response:
    raise HTTPException(404, "no such page")


@pytest.fixture(scope="module")
def client() -> TestClient:
    routes = [Route("/call/x/y", answer), Route("/page", page), Route("/missing", missing)]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(LostAnswers)]))


@pytest.mark.parametrize(
    ("language", "said"), [("en", "This answer is not here"), ("zh", "找不到这个答案")]
)
def test_it_ends_with_a_sentence(
    client: TestClient, language: str, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client.get("/call/x/y", headers={"accept-language": language})
    event, data = answer.text.strip().split("\n")
    assert event == "event: error" and said in data.encode().decode("unicode_escape")
    assert not [one for one in caplog.records if one.exc_info]


def test_a_bug_is_not_hidden(client: TestClient) -> None:
    with pytest.raises(ZeroDivisionError):
        client.get("/call/x/y?bug=1")


def test_other_answers_pass(client: TestClient) -> None:
    assert client.get("/page").text == "a page"
    assert client.get("/missing").status_code == 404
