"""The page as nginx hands it out: under a prefix, over HTTP/2, and twelve frames of it at once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from gradio_client import Client, handle_file
from playwright.sync_api import Browser, BrowserContext, expect

from backend import Backend
from demos.classification import tab as classification
from tests.browser.conftest import PATIENCE, Visit, at_rest, watched
from tests.browser.deck import deck, room
from tests.proxy import behind_nginx
from tests.serving import launched

pytestmark = pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed")

LINK = "?tab=classification&expert=sentiment-expert&text=What+a+lovely+day"
RESULT = "#classification-classify-result"
FRAMES = 12


@pytest.fixture(scope="module")
def proxied(bundled_backend: Backend, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a page with one tab, behind nginx."""
    folder = tmp_path_factory.mktemp("nginx")
    with (
        launched(bundled_backend, [classification], root_path="/tell") as address,
        behind_nginx(address, folder) as outside,
    ):
        yield outside


@pytest.fixture
def window_behind_proxy(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(
        ignore_https_errors=True,  # the certificate is made on the spot
        locale="en-US",
        viewport=room(FRAMES),  # type: ignore[arg-type]  # a ViewportSize
    )
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.mark.slow
@pytest.mark.parametrize("last", ["/", ""], ids=["with the last slash", "without"])
def test_a_link_under_a_prefix_opens_its_result(
    window_behind_proxy: BrowserContext, proxied: str, last: str
) -> None:
    visit = watched(Visit(window_behind_proxy.new_page(), proxied.rstrip("/")))
    # The icon at the root of the name belongs to whoever has that root; ours is in the page's head.
    visit.page.route("**/favicon.ico", lambda route: route.fulfill(status=204))
    missing: list[str] = []
    visit.page.on("response", lambda one: missing.append(one.url) if one.status >= 400 else None)
    visit.page.goto(proxied.rstrip("/") + last + LINK)
    visit.page.wait_for_selector("html.st-opened")
    expect(visit.page.locator(RESULT)).to_contain_text(
        "positive", ignore_case=True, timeout=PATIENCE
    )
    at_rest(visit.page)
    assert missing == [] and visit.outside == [] and visit.complaints == []
    font = "getComputedStyle(document.querySelector('.gradio-container')).fontFamily"
    assert "Atkinson" in visit.page.evaluate(font)


def test_files_go_up_and_results_come_as_a_stream_through_the_proxy(
    proxied: str, tmp_path: Path
) -> None:
    table = tmp_path / "texts.csv"
    table.write_text("text\nWhat a lovely day\nWhat a terrible day\n")
    client = Client(proxied, ssl_verify=False, verbose=False)
    job = client.submit(handle_file(str(table)), api_name="/classify_csv")
    answer = str(job.result(timeout=PATIENCE / 1000))
    assert "positive" in answer and "negative" in answer


@pytest.mark.slow  # twelve whole pages
def test_twelve_frames_of_one_server_show_their_results(
    window_behind_proxy: BrowserContext, proxied: str, tmp_path: Path
) -> None:
    page = window_behind_proxy.new_page()
    links = [f"{proxied}{LINK}+{number}&embed=1" for number in range(FRAMES)]
    with deck(tmp_path, links) as address:
        page.goto(address, wait_until="commit")
        for frame in range(FRAMES):
            shown = page.frame_locator("iframe").nth(frame).locator(RESULT)
            expect(shown).to_contain_text("positive", ignore_case=True, timeout=PATIENCE)
