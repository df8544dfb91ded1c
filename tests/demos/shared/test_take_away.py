"""What the server gives to whoever takes a result away: the scripts of a file, and a QR code."""

from __future__ import annotations

import re

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from demos.shared import take_away

LINK = "http://127.0.0.1:7860/?tab=generation&prompt=Why+is+the+sky+blue%3F&seed=7"


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=take_away.routes()))


def test_a_bundle_has_the_scripts_that_a_stage_needs_and_draws_with(client: TestClient) -> None:
    answer = client.get("/bundle.json?script=attention/file.js&script=image_search/map.js")
    imports = answer.json()["imports"]
    assert {take_away.FILE, "attention/file.js", "image_search/map.js"} <= imports.keys()
    assert {"shared/saved.js", "shared/dom.js"} <= imports.keys()  # what those import
    assert all(address.startswith("data:text/javascript") for address in imports.values())


def test_without_a_stage_a_bundle_has_what_draws_html(client: TestClient) -> None:
    assert take_away.FILE in client.get("/bundle.json").json()["imports"]


@pytest.mark.parametrize("name", ["../app.py", "no/such.js", "/etc/passwd", "fonts/fonts.css"])
def test_a_bundle_is_of_the_pages_own_scripts(client: TestClient, name: str) -> None:
    assert client.get("/bundle.json", params={"script": name}).status_code == 404


def test_a_link_becomes_a_code_that_runs_nothing(client: TestClient) -> None:
    answer = client.get("/qr.svg", params={"text": LINK})
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.text.startswith("<svg") and LINK not in answer.text


def test_a_code_is_black_on_white_with_the_quiet_zone_of_the_standard() -> None:
    drawn = take_away.code_of(LINK).decode()
    side = int(re.findall(r'viewBox="0 0 (\d+) ', drawn)[0])
    assert (side - 2 * take_away.QUIET - 17) % 4 == 0  # a QR code has 17 + 4 x version modules
    assert 'fill="#fff"' in drawn and 'stroke="#000"' in drawn


@pytest.mark.parametrize(
    ("language", "words"), [("en", "this one has 1,501"), ("zh", "这段文本有 1,501 个字符")]
)
def test_a_text_too_long_for_a_code_is_told_so(
    client: TestClient, language: str, words: str
) -> None:
    answer = client.get(
        "/qr.svg", params={"text": "x" * 1501}, headers={"accept-language": language}
    )
    assert answer.status_code == 400 and words in answer.text


def test_no_text_is_no_code(client: TestClient) -> None:
    assert client.get("/qr.svg").status_code == 400
