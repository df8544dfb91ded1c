"""What the server hands out to the page."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from demos.shared.theme import SCRIPT, STYLES, WEB, head, routes


@pytest.mark.parametrize("path", ["", "/demo"])
@pytest.mark.parametrize("prefix", ["", "/demo"])
def test_files_are_found_behind_a_proxy_that_keeps_its_prefix_or_cuts_it(prefix, path) -> None:
    client = TestClient(Starlette(routes=routes()), root_path=prefix)
    answer = client.get(f"{path}/show-and-tell/{SCRIPT}")
    assert answer.status_code == (404 if path and not prefix else 200)
    assert client.get(f"{path}/show-and-tell/gallery/nothing.webp").status_code == 404


def test_a_browser_asks_whether_its_copy_of_a_script_is_the_newest() -> None:
    client = TestClient(Starlette(routes=routes()))
    answer = client.get(f"/show-and-tell/{SCRIPT}")
    assert answer.headers["cache-control"] == "no-cache"
    again = client.get(
        f"/show-and-tell/{SCRIPT}", headers={"if-none-match": answer.headers["etag"]}
    )
    assert again.status_code == 304


def test_the_page_begins_with_one_script_and_addresses_below_its_base() -> None:
    assert head().count('<script type="module"') == 1
    assert 'src="/' not in head() and 'href="/' not in head()
    assert all((WEB / name).is_file() for name in STYLES)
