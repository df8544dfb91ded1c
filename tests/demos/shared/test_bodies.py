"""Bodies that are too large are refused early; others arrive as they were sent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from demos.shared import bodies
from demos.shared.bodies import LimitedBodies, UploadBook

READ: list[int] = []


async def count(request: Request) -> Response:
    return JSONResponse(len(await request.body()))


async def upload(request: Request) -> Response:
    """Reads as gradio does."""
    READ.clear()
    try:
        async for chunk in request.stream():
            READ.append(len(chunk))
    except bodies.MultiPartException as error:
        return PlainTextResponse(error.message, 400)
    return PlainTextResponse("a file is too large", 413 if "large" in request.headers else 200)


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> TestClient:
    for name, limit in {"MAX_JSON": 100, "MAX_UPLOAD": 1000, "MAX_DAILY": 2500, "MB": 1}.items():
        monkeypatch.setattr(bodies, name, limit)
    routes = [
        Route("/call/teach", count, methods=["POST"]),
        Route("/gradio_api/upload", upload, methods=["POST"]),
    ]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(LimitedBodies)]))


def streamed(size: int) -> Iterator[bytes]:
    """Pieces of ten bytes, without a length before them."""
    for _ in range(size // 10):
        yield b"0123456789"


def test_what_is_within_the_limits_arrives(client: TestClient) -> None:
    assert client.post("/call/teach", content=b"a" * 100).json() == 100
    assert client.post("/call/teach", content=streamed(100)).json() == 100
    assert client.post("/gradio_api/upload", content=streamed(1000)).status_code == 200
    assert sum(READ) == 1000


@pytest.mark.parametrize("announces", [True, False])
def test_a_large_request_is_refused_with_a_sentence(client: TestClient, announces: bool) -> None:
    body = b"a" * 200 if announces else streamed(200)
    answer = client.post("/call/teach", content=body, headers={"accept-language": "zh-CN"})
    assert answer.status_code == 413
    assert answer.json() == {"detail": "请求超过 100 MB，一次最多读取这么多。"}


def test_a_request_of_too_many_values_is_refused_before_it_is_parsed(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "MAX_COUNTED", 5)
    for body in (b"[[],[],[],[],[],[],[]]", b"[1,1,1,1,1,1,1,1,1,1,1,1]"):
        answer = client.post("/call/teach", content=body)
        assert answer.status_code == 413 and "more than 50,000 values" in answer.json()["detail"]
    for body in (b"[[1,1,1]]", b'["a,b,c,d,e,f,g,h,i,j,k"]'):
        assert client.post("/call/teach", content=body).status_code == 200


def test_an_upload_that_announces_too_much_is_not_begun(client: TestClient) -> None:
    READ.clear()
    answer = client.post("/gradio_api/upload", content=b"a" * 1001)
    assert answer.status_code == 413 and "more than 1,000 MB together" in answer.text
    assert READ == []


def test_an_upload_that_announces_nothing_ends_at_the_limit(client: TestClient) -> None:
    answer = client.post("/gradio_api/upload", content=streamed(5000))
    assert answer.status_code == 413 and "together" in answer.text
    assert sum(READ) <= 1000


def test_one_file_that_gradio_refuses_is_refused_with_the_same_sentence(client: TestClient) -> None:
    answer = client.post("/gradio_api/upload", content=b"a", headers={"large": "yes"})
    assert answer.status_code == 413 and "one has more than 500" in answer.text


def test_uploads_of_a_day_have_a_limit(client: TestClient) -> None:
    for _ in range(2):
        assert client.post("/gradio_api/upload", content=streamed(1000)).status_code == 200
    answer = client.post("/gradio_api/upload", content=streamed(1000))
    assert answer.status_code == 429 and "tomorrow" in answer.text
    assert sum(READ) <= 500


def test_tomorrow_is_another_day(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(bodies.time, "monotonic", lambda: clock[0])
    book = UploadBook()
    assert [book.add("a", 10), book.add("a", 10), book.add("b", 1)] == [10, 20, 1]
    clock[0] = bodies.DAY
    assert book.add("a", 10) == 10
    assert book.add("c", 1) == 1 and "b" not in book.counted
