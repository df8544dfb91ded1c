"""`/healthz`, and figures on an address of their own."""

from __future__ import annotations

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from demos.shared.doors import Doors, GuardedDoors
from demos.shared.watching import Health, serve_figures
from tests.serving import free_port


def page_with(trouble):
    page = Starlette(routes=[Route("/", lambda request: PlainTextResponse("the page"))])
    return TestClient(Health(GuardedDoors(page, Doors((), False)), trouble), "http://localhost")


@pytest.mark.parametrize(("trouble", "status"), [("", 200), ("stopping", 503), ("stuck", 503)])
def test_health_is_what_the_backend_says_of_itself(trouble, status):
    answer = page_with(lambda: trouble).get("/healthz")
    assert (answer.status_code, answer.json()) == (status, {"status": trouble or "ok"})
    assert answer.headers["cache-control"] == "no-store"


def test_a_probe_knows_the_address_alone_and_is_answered():
    client = page_with(lambda: "")
    assert client.get("/", headers={"host": "10.0.0.7"}).status_code == 403
    assert client.get("/healthz", headers={"host": "10.0.0.7"}).status_code == 200


def test_all_else_is_the_pages():
    client = page_with(lambda: "stuck")
    assert client.get("/").text == "the page"
    assert client.get("/healthz/more").status_code == 404


def test_figures_on_loopback_answer_to_loopback_names_only():
    port = free_port()
    serve_figures(PlainTextResponse("42"), "127.0.0.1", port)
    transport = httpx.HTTPTransport(retries=20)  # until it listens
    with httpx.Client(transport=transport, base_url=f"http://127.0.0.1:{port}") as client:
        assert client.get("/metrics").text == "42"
        assert client.get("/metrics", headers={"host": "evil.example"}).status_code == 403
