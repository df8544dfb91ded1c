"""A view of the attention tab saved as a file, and the saved page opened from disk."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from PIL import Image
from playwright.sync_api import expect

from demos.attention import tab as attention
from tests.browser.attention_page import opened, panel, place
from tests.browser.conftest import Visit, new_visit


@pytest.fixture(scope="module")
def address(alone: Callable[[ModuleType], str]) -> str:
    return alone(attention)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["png", "svg", "csv", "json", "html"])
def test_a_view_is_saved_as(visit: Visit, kind: str, tmp_path: Path) -> None:
    page = opened(visit, layer=6, head=12)
    with page.expect_download() as waiting:
        page.click(f"[data-export={kind}]")
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    assert file.name == f"attention-6-12.{kind}"
    content = file.read_bytes()
    checks: dict[str, Callable[[], bool]] = {
        "png": lambda: len(content) > 5000 and is_opaque(file),
        "svg": lambda: content.startswith(b"<svg") and b">animal<" in content,
        "csv": lambda: content.decode().splitlines()[0].count(",") == 16,
        "json": lambda: json.loads(content)["look"]["head"] == 12,
        "html": lambda: b"http-equiv" not in content and b"<canvas" not in content,
    }
    assert checks[kind]()


def is_opaque(file: Path) -> bool:
    with Image.open(file) as image:
        return image.format == "PNG" and image.convert("RGBA").getextrema()[3] == (255, 255)  # type: ignore[index]


@pytest.mark.slow
def test_each_view_is_saved_as_what_it_shows(visit: Visit, tmp_path: Path) -> None:
    page = opened(visit, layer=6, head=12, token=11, view="lines")
    with page.expect_download() as waiting:
        page.click("[data-export=svg]")
    waiting.value.save_as(tmp_path / "one.svg")
    page.get_by_label("lines of all tokens").check()
    with page.expect_download() as waiting:
        page.click("[data-export=svg]")
    waiting.value.save_as(tmp_path / "all.svg")
    one, every = ((tmp_path / f"{name}.svg").read_text().count("<path") for name in ("one", "all"))
    assert 0 < one < every
    panel(page, "Step by step")
    expect(page.locator(".at-proof")).to_be_visible()
    kinds = page.locator("[data-export]").evaluate_all("all => all.map((b) => b.dataset.export)")
    assert kinds == ["csv", "json", "html"]  # a table has no picture
    with page.expect_download() as waiting:
        page.click("[data-export=json]")
    waiting.value.save_as(tmp_path / "steps.json")
    assert json.loads((tmp_path / "steps.json").read_text())["look"]["token"] == 11


@pytest.mark.slow
def test_a_saved_page_of_a_long_pair_says_which_layer_it_holds(
    visit: Visit, tmp_path: Path
) -> None:
    long = "The cat sat down. " * 40
    page = opened(visit, text=long, second=long, layer=3, head=2, average="heads", pair="AB")
    with page.expect_download() as waiting:
        page.click("[data-export=html]")
    file = tmp_path / "attention.html"
    waiting.value.save_as(file)
    alone = new_visit(visit.page.context, "file://")
    alone.page.goto(file.as_uri())
    expect(alone.page.locator(".at-heat")).to_be_visible()
    assert place(alone.page) == ("3", "2")
    assert alone.page.locator(".at-list .at-token").count() > 288
    alone.page.select_option("select[data-control=layer]", "5")
    expect(alone.page.locator(".st-notice")).to_contain_text("holds layer 3 alone")
    assert place(alone.page) == ("3", "2")
    alone.page.select_option("select[data-control=head]", "4")
    expect(alone.page.locator(".st-notice")).to_be_hidden()
    assert place(alone.page) == ("3", "4")
    assert alone.complaints == []


@pytest.mark.slow
def test_the_saved_page_works_from_disk(visit: Visit, tmp_path: Path) -> None:
    page = opened(visit, text="<b>It</b> & </script> it", layer=6, head=12)
    with page.expect_download() as waiting:
        page.click("[data-export=html]")
    file = tmp_path / "attention.html"
    waiting.value.save_as(file)
    alone = new_visit(visit.page.context, "file://")
    alone.page.goto(file.as_uri())
    expect(alone.page.locator(".at-heat")).to_be_visible()
    alone.page.select_option("select[data-control=head]", "3")
    expect(alone.page.locator("select[data-control=head]")).to_have_value("3")
    alone.page.get_by_role("tab", name="Lines").click()
    expect(alone.page.locator(".at-lines")).to_be_visible()
    expect(alone.page.locator("body")).to_contain_text("<b>It</b> & </script> it")
    assert alone.complaints == [] and alone.outside == []
