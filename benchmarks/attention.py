"""The attention tab: server time and payload for 32, 128 and 512 tokens, beside BertViz.

The same text goes through the same weights in this process, in turn: the model's plain forward
pass with eager attention; the tab's first view (the recorded pass, thumbnails and one head in full,
as JSON); one change of head; and BertViz's head_view of the same attentions, whose page carries
every weight. The last part opens the real page and measures a click on a head to the new picture.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import psutil
import torch

from benchmarks.table import show
from tests.serving import serving

SENTENCE = "The animal didn't cross the street because it was too tired, and so it sat down. "
RUNS = 5
BERTVIZ_CELLS = 20_000_000  # about a gigabyte of text
MODELS = {"MiniLM": "minilm-attention", "SmolLM2": "smollm2-135m-attention"}


def main() -> None:
    torch.set_num_threads(2)  # the bars are for two cores
    for name, row in MODELS.items():
        model = load(row)
        print(f"Attention, {name}, memory")
        memory(model)  # first: afterwards the process has room to spare
        for tokens in (32, 128, 512):
            print(f"Attention, {name}, {tokens} tokens")
            compare(model, text_of(model, tokens))
    with serving("--models", "bundled", "--saved-results", "0") as address:
        clicks(address)


def load(row: str) -> Any:
    from backend.attention.model import load as load_model
    from backend.device import choose_device
    from backend.models.registry import MODELS as ROWS

    spec = next(spec for spec in ROWS if spec.id == row)
    return load_model(spec, replace(choose_device("bundled"), dtype=spec.dtype))


def text_of(model: Any, tokens: int) -> str:
    """A text of at least that many tokens; the limit on what is read cuts it to exactly as many."""
    words = (SENTENCE * 60).split()
    count = next(n for n in range(1, len(words)) if length(model, words[:n]) >= tokens)
    return " ".join(words[:count])


def length(model: Any, words: list[str]) -> int:
    return len(model.tokenizer(" ".join(words))["input_ids"])


def compare(model: Any, text: str) -> None:
    """The figures of one text; the runs of all four take turns."""
    from backend.attention.look import resolve
    from backend.attention.record import record
    from backend.attention.request import Look, check_request
    from demos.attention.payload import first_view

    request = check_request(text)
    recording = record(model, request)  # warm
    plain, extra, change, theirs = [], [], [], []
    payload = there = 0
    for run in range(RUNS):
        plain.append(milliseconds(forward, model, recording.inputs))
        begun = time.perf_counter()
        recording = record(model, request)
        payload = len(json.dumps(first_view("en", "key", recording, resolve(recording, Look()))))
        extra.append((time.perf_counter() - begun) * 1e3 - plain[-1])
        look = Look(layer=1 + run % 6, head=1 + run)
        change.append(milliseconds(another_head, recording, look))
        if run == 0 and cells(recording) <= BERTVIZ_CELLS:
            begun = time.perf_counter()
            there = len(bertviz_page(model, recording).encode())
            theirs.append((time.perf_counter() - begun) * 1e3)
    show("plain forward pass, eager", plain, "ms")
    show("first view beyond it (bar at 512: within 250)", extra, "ms")
    show("another head, on the server", change, "ms")
    print(f"  {'first view sent (bar at 512: 400 kB)':<52} {payload / 1e3:>8.1f} kB")
    if not theirs:
        print(f"  BertViz was not run: {cells(recording):,} weights as text would be gigabytes")
        return
    show("BertViz head_view beyond it", theirs, "ms")
    print(f"  {'BertViz head_view page':<52} {there / 1e3:>8.1f} kB")
    print(f"  {'BertViz / first view':<52} {there / payload:>8.1f}")


def cells(recording: Any) -> int:
    """All weights of all heads."""
    stack = recording.stacks["self"]
    return len(stack.layers) * stack.heads * len(stack.rows) * len(stack.columns)


def milliseconds(work: Callable[..., object], *arguments: object) -> float:
    begun = time.perf_counter()
    work(*arguments)
    return (time.perf_counter() - begun) * 1e3


def another_head(recording: Any, look: Any) -> str:
    """What the server does when a head is clicked."""
    from backend.attention.look import resolve
    from demos.attention.payload import matrix

    return json.dumps(matrix(recording, resolve(recording, look)))


@torch.inference_mode()
def forward(model: Any, inputs: dict[str, torch.Tensor]) -> Any:
    """The model as the tab runs it, without the hook."""
    options: dict[str, Any] = {}
    if model.kind == "decoder":
        options = {"use_cache": False, "logits_to_keep": 1, "output_hidden_states": True}
    return model.model(**inputs, **options)


def bertviz_page(model: Any, recording: Any) -> str:
    """BertViz's own page for the same weights, as it would go to a notebook."""
    from bertviz import head_view

    stack = recording.stacks["self"]
    attentions = [layer.weights()[None] for layer in stack.layers]
    tokens = [token.token for token in stack.rows]
    return str(head_view(attentions, tokens, html_action="return").data)


def memory(model: Any) -> None:
    """What 512 tokens take beyond the model: the peak while recording, and what is kept."""
    import threading

    from backend.attention.record import record
    from backend.attention.request import check_request

    process, peak, done = psutil.Process(), [0], threading.Event()
    before = process.memory_info().rss

    def sample() -> None:
        while not done.wait(0.005):
            peak[0] = max(peak[0], process.memory_info().rss)

    sampler = threading.Thread(target=sample)
    sampler.start()
    recording = record(model, check_request(text_of(model, 512)))
    done.set()
    sampler.join()
    show("512 tokens, peak beyond the model (bar: under 1500)", [(peak[0] - before) / 1e6], "MB")
    show("512 tokens, kept for the views", [recording.nbytes / 1e6], "MB")


def clicks(address: str) -> None:
    """From a click on another head to its picture on the screen, in a real Chromium."""
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import CHROMIUM_OPTIONS, PATIENCE, chromium_path

    print("Attention, the page: a click on another head to its picture")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_OPTIONS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(PATIENCE)
        for count in (30, 120, 600):
            words = " ".join((SENTENCE * 60).split()[:count])
            page.goto(f"{address}?{urlencode({'tab': 'attention', 'text': words})}")
            page.wait_for_selector(".at-heat")
            page.wait_for_timeout(1500)
            times = [page.evaluate(CLICK, 2 + run) for run in range(8)]
            tokens = page.locator(".at-token").count()
            show(f"{tokens} tokens (bar: within 150)", times, "ms")
        browser.close()


# Chooses a head as the controls do; resolves after the frame that shows it.
CLICK = """(head) => new Promise((resolve) => {
  const begun = performance.now();
  const panel = document.querySelector(".at-panel");
  const seen = new MutationObserver(() => {
    seen.disconnect();
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - begun)));
  });
  seen.observe(panel, { childList: true });
  const select = document.querySelector("select[data-control=head]");
  select.value = head;
  select.dispatchEvent(new Event("change"));
})"""
