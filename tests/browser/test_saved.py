"""Saved results: what a tab shows before anything has run, and frames that open no connection."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from demos.classification import tab as classification
from demos.shared import saved
from tests.browser.axe import serious_in_any_light
from tests.browser.conftest import PATIENCE, Visit, at_rest, each_tab, first_visit
from tests.browser.deck import deck, room

FRAMES = 12
CONNECTIONS = ("heartbeat", "queue/data", "queue/join")


@pytest.fixture
def one_tab(recorder: Visit, alone: Callable[[ModuleType], str]) -> Iterator[Visit]:
    """A first visit to a page with one tab."""
    yield from first_visit(recorder, alone(classification))


@pytest.mark.parametrize("tab", each_tab())
def test_a_tab_opens_on_a_saved_result(visit: Visit, tab: str) -> None:
    page = visit.open(f"?tab={tab}")
    view = page.locator(f"#st-tab-{tab} .st-saved").first
    expect(view).to_be_visible()
    expect(view).to_contain_text("Saved result")
    expect(page.locator(f"#st-tab-{tab} .st-empty").first).to_be_hidden()
    at_rest(page)
    assert visit.complaints == [] and visit.outside == []
    assert view.locator(".st-saved-part").count() > 0


def test_run_it_live_puts_a_live_result_in_its_place(one_tab: Visit) -> None:
    page = one_tab.open()
    place = page.locator("#classification-classify-result")
    place.get_by_role("button", name="Run it live").click()
    expect(page.locator("#classification-classify-card dl")).to_be_visible(timeout=PATIENCE)
    expect(place.locator(".st-saved")).to_have_count(0)


@pytest.mark.slow
def test_a_button_that_would_ask_a_model_says_that_this_is_saved(one_tab: Visit) -> None:
    page = one_tab.open()
    view = page.locator("#classification-classify-result .st-saved")
    view.locator("button.st-word").first.click()
    expect(view.locator("header")).to_contain_text("This is a saved result.")


@pytest.mark.slow
def test_a_click_is_answered_by_the_page_before_the_server_says_anything(one_tab: Visit) -> None:
    page = one_tab.open()
    place = page.locator("#classification-classify-result")
    expect(place.locator(".st-saved")).to_be_visible()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/queue/join*", hold)  # the server hears nothing yet
    page.click("#st-example-classification-0")
    expect(place.locator(".st-loading")).to_have_text("Starting")
    for route in held:
        route.continue_()
    page.unroute("**/queue/join*")
    expect(page.locator("#classification-classify-card dl")).to_be_visible(timeout=PATIENCE)


@pytest.mark.slow
def test_an_example_shows_its_saved_result_until_the_live_one_is_there(one_tab: Visit) -> None:
    page = one_tab.open()
    place = page.locator("#classification-classify-result")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/queue/join*", hold)
    page.click("#st-example-classification-1")
    view = place.locator(".st-loading + .st-saved")
    expect(view).to_contain_text("I never thought I would see you again")
    expect(view).to_contain_text("until the live one is there")
    for route in held:
        route.continue_()
    page.unroute("**/queue/join*")
    expect(page.locator("#classification-classify-card dl")).to_be_visible(timeout=PATIENCE)
    expect(place.locator(".st-saved")).to_have_count(0)
    assert one_tab.complaints == []


@pytest.mark.slow
def test_twelve_saved_frames_of_one_server_show_without_a_connection(
    browser: Browser, alone: Callable[[ModuleType], str], tmp_path: Path
) -> None:
    address = alone(classification)
    queries = [one["query"] for one in saved.index()][:FRAMES]
    size = room(FRAMES)
    context = browser.new_context(locale="en-US", viewport=size)  # type: ignore[arg-type]
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with deck(tmp_path, [f"{address}frame{query}" for query in queries]) as slides:
        page.goto(slides)
        for number in range(FRAMES):
            view = page.frame_locator("iframe").nth(number).locator(".st-saved")
            expect(view).to_be_visible(timeout=PATIENCE)
    assert not [url for url in asked if any(name in url for name in CONNECTIONS)]
    context.close()


@pytest.mark.slow
@pytest.mark.parametrize("tab", ["attention", "image_search"])
def test_a_frame_is_readable_in_any_light(visit: Visit, tab: str) -> None:
    query = next(one["query"] for one in saved.index() if one["tab"] == tab)
    page: Page = visit.page
    page.goto(f"{visit.address}frame{query}")
    expect(page.locator(".st-saved")).to_be_visible(timeout=PATIENCE)
    assert serious_in_any_light(page) == []
