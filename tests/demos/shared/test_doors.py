"""Which names a server answers to, whose posts it takes, and what every answer carries."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from demos.shared.doors import Doors, GuardedDoors, doors, is_loopback


async def echo(request: Request) -> JSONResponse:
    return JSONResponse(dict(request.headers))


def client(made: Doors) -> TestClient:
    routes = [Route("/", echo, methods=["GET", "POST"])]
    app = Starlette(routes=routes, middleware=[Middleware(GuardedDoors, doors=made)])
    return TestClient(app, base_url="http://127.0.0.1:7860")


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SPACE_ID", "GRADIO_ROOT_PATH"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "127.8.8.8", "[::1]", "a.localhost"])
def test_loopback_names_are_this_machines_own(name: str) -> None:
    assert is_loopback(name)
    assert client(doors("127.0.0.1")).get("/", headers={"host": f"{name}:7860"}).status_code == 200


@pytest.mark.parametrize("name", ["evil.example", "127.0.0.1.evil.example", "localhost.evil", ""])
def test_a_loopback_server_answers_to_no_other_name(name: str) -> None:
    answer = client(doors("127.0.0.1")).get("/", headers={"host": name})
    assert answer.status_code == 403
    assert "does not answer to the name" in answer.text and "--allowed-host" in answer.text


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1.evil"])
def test_another_websites_page_may_not_post(origin: str) -> None:
    local = client(doors("127.0.0.1"))
    assert local.post("/", headers={"origin": origin}).status_code == 403
    assert local.get("/", headers={"origin": origin}).status_code == 200
    assert local.post("/", headers={"origin": "http://localhost:7860"}).status_code == 200
    assert local.post("/").status_code == 200  # a script sends none


def test_names_can_be_allowed() -> None:
    made = client(doors("0.0.0.0", ["Talk.example", ".lab.example"]))
    for name, status in {
        "talk.example": 200,
        "a.lab.example": 200,
        "b.talk.example": 403,
        "evil.example": 403,
    }.items():
        assert made.get("/", headers={"host": name}).status_code == status, name


def test_elsewhere_and_behind_a_proxy_any_name_is_answered() -> None:
    for made in (doors("0.0.0.0"), doors("127.0.0.1", behind_proxy=True)):
        assert client(made).get("/", headers={"host": "any.example"}).status_code == 200


def test_a_public_link_has_a_name_of_its_own() -> None:
    made = client(doors("127.0.0.1", shared=True))
    assert made.get("/", headers={"host": "0123abcd.gradio.live"}).status_code == 200
    assert made.get("/", headers={"host": "evil.example"}).status_code == 403


@pytest.mark.parametrize("variable", ["SPACE_ID", "GRADIO_ROOT_PATH"])
def test_spaces_and_a_prefix_mean_a_proxy(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, "/x")
    assert doors("127.0.0.1").behind_proxy


def test_what_only_a_proxy_may_say_is_believed_only_behind_one() -> None:
    said = {"x-forwarded-host": "evil.example", "x-forwarded-proto": "https", "forwarded": "for=1"}
    assert not said.keys() & client(doors("127.0.0.1")).get("/", headers=said).json().keys()
    behind = client(doors("127.0.0.1", behind_proxy=True))
    assert said.items() <= behind.get("/", headers=said).json().items()


def test_every_answer_keeps_to_its_type_and_may_be_framed() -> None:
    headers = client(doors("127.0.0.1")).get("/").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors" not in headers["content-security-policy"]
    assert "x-frame-options" not in headers
    assert "default-src 'self'" in headers["content-security-policy"]
