"""The model of one tab is switched, in this window and in another, while an answer grows."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from backend import Backend
from backend.attention import model as attention_model
from backend.models import language_model
from backend.models.pool import Pool
from demos.attention import tab as attention
from demos.generation import tab as generation
from tests.backend.attention.models import save_bert
from tests.backend.fakes import CPU, spec
from tests.browser.attention_page import FIELD, RUN, shown
from tests.browser.conftest import PATIENCE, TINY_STEP, Visit, new_visit
from tests.browser.test_generation import ANSWER, CARD, ENDLESS, STOP, finished
from tests.serving import launched

READERS = "attention-encoder"
NAME = ".st-card dl dd"  # the first line of a card: which model ran


@pytest.fixture(scope="module")
def address(tiny_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Two tabs, each with two tiny models; the writers take their time."""
    writer = language_model.load_folder("Tiny", tiny_folder, CPU)
    writer.model.register_forward_pre_hook(lambda *_: time.sleep(TINY_STEP))
    bert = save_bert(tmp_path_factory.mktemp("bert"))
    reader = attention_model.load_folder("Tiny", "encoder", bert, CPU)
    backend = Backend(
        models=(
            spec("large", "cpu"),
            spec("small"),
            spec("wide", "cpu", task=READERS),
            spec("narrow", task=READERS),
        ),
        pool=Pool(
            load=lambda row, _: reader if row.task == READERS else writer, free=lambda _: 2**60
        ),
        device_for=lambda _: CPU,
        has_gpu=lambda: False,
    )
    with launched(backend, [attention, generation]) as address:
        yield address


@pytest.mark.slow
def test_switching_model_in_one_tab_while_another_answers_breaks_neither(
    visit: Visit, address: str
) -> None:
    page = visit.open(ENDLESS + "&model=small&prompt=On+and+on+and+on+and")
    growing = page.locator(".st-growing")
    expect(growing).to_be_visible(timeout=PATIENCE)

    choose_tab(page, "Attention")
    page.fill(FIELD, "The cat sat.")
    page.click(RUN)
    shown(page)
    expect(page.locator(f"#attention-card {NAME}").first).to_have_text("Wide")
    page.locator("#attention-settings button").first.click()
    page.locator("#attention-settings input").click()
    page.get_by_role("option", name="Narrow").click()
    page.click(RUN)
    expect(page.locator(f"#attention-card {NAME}").first).to_have_text("Narrow", timeout=PATIENCE)

    other = new_visit(page.context, address).open(
        "?tab=generation&model=large&prompt=Hello&seed=1&max_new_tokens=4"
    )
    finished(other)
    expect(other.locator(f"{CARD} {NAME}").first).to_have_text("Large")

    choose_tab(page, "Text generation")
    expect(growing).to_be_visible()
    written = len(page.locator(ANSWER).inner_text())
    page.wait_for_function(
        f"document.querySelector('{ANSWER}').innerText.length > {written}", timeout=PATIENCE
    )
    page.click(STOP)
    expect(page.locator(CARD)).to_contain_text("Stopped by you", timeout=PATIENCE)
    expect(page.locator(f"{CARD} {NAME}").first).to_have_text("Small")
    assert not visit.complaints


def choose_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()
