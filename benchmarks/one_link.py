"""An audience that opens one link: how much later the last visitor has the answer than the first.

The visitors ask at once; the second audience comes when the answer is saved.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Sequence

import httpx

from backend import Backend
from backend.generation.request import check_request
from backend.generation.service import Generation
from backend.saved_results import SavedResults
from backend.text_to_image.request import check_request as check_drawing
from backend.text_to_image.service import TextToImage
from benchmarks.table import show, show_ratio
from demos.generation import tab
from tests.serving import launched

VISITORS, TOKENS = 64, 64
PROMPT = "The old keeper opened the letter and"
LINK = {"mode": "completion", "max_new_tokens": TOKENS}
ENDPOINT = "gradio_api/call/generate"
Visit = Callable[[int], float | None]  # visitor's number -> age of the answer; None: just made


def main() -> None:
    print(f"One link, {VISITORS} visitors, {TOKENS} tokens")
    backend = Backend("bundled", saved=SavedResults(200_000_000))
    service = Generation(backend)
    ask_backend(service, 0)(0)  # loads the model
    audience("in the process", lambda seed: ask_backend(service, seed))
    with launched(backend, [tab]) as address, httpx.Client(timeout=300) as client:
        audience("over HTTP", lambda seed: ask_server(client, address, seed + 2))
    what_is_kept()


def what_is_kept() -> None:
    """The memory of a saved answer and of a saved picture, with all that can be looked at."""
    saved = SavedResults(200_000_000)
    backend = Backend("bundled", saved=saved)
    *_, last = Generation(backend).generate(check_request(PROMPT, seed=1, **LINK), "bench")
    tokens = int(last.card.figures["answer_tokens"])  # type: ignore[union-attr]
    text = saved.nbytes
    show("a saved answer, each token of it", [text / tokens / 1e6], "MB")
    list(TextToImage(backend).draw(check_drawing("a red car", seed=1), "bench"))
    show("a saved picture with its films", [(saved.nbytes - text) / 1e6], "MB")


def audience(where: str, visit_with: Callable[[int], Visit]) -> None:
    """One visitor alone, then all others at once with another seed, then all of these once more."""
    alone = show(f"{where}: one visitor alone", seconds_of(visit_with(1), 1), "s")
    ages: list[float | None] = []

    def visit(number: int) -> None:
        ages.append(link(number))

    link = visit_with(2)
    ends = seconds_of(visit, VISITORS)
    show(f"{where}: all at once, the answer is there", ends, "s")
    show_ratio("... the last beside the first", max(ends) / min(ends), "1.2")
    print(f"  ... followed the run: {ages.count(None)}, were given the saved answer: the others")
    later = seconds_of(visit, VISITORS)
    show(f"{where}: all once more", later, "s")
    show_ratio("... the last beside one visitor alone", max(later) / alone, "none")


def seconds_of(visit: Callable[[int], object], count: int) -> Sequence[float]:
    """From the common start to the end of each of `count` visits at once."""
    start = threading.Barrier(count + 1)
    ends = [0.0] * count

    def run(number: int) -> None:
        start.wait()
        visit(number)
        ends[number] = time.perf_counter()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    start.wait()
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    return [end - begun for end in ends]


def ask_backend(service: Generation, seed: int) -> Visit:
    """A visit that reads the service's stream to its end."""
    request = check_request(PROMPT, seed=seed, **LINK)

    def visit(number: int) -> float | None:
        *_, last = service.generate(request, f"visitor {number}")
        return last.card.age  # type: ignore[union-attr]  # the last update has a card

    return visit


def ask_server(client: httpx.Client, address: str, seed: int) -> Visit:
    """A visit by a plain HTTP call."""
    options = [PROMPT, "completion", "", None, "", "sampling", 0.7, 50, 0.9, 1.1, TOKENS, seed]

    def visit(number: int) -> float | None:
        asked = client.post(f"{address}{ENDPOINT}", json={"data": options}).json()
        with client.stream("GET", f"{address}{ENDPOINT}/{asked['event_id']}") as answer:
            lines = [line for line in answer.iter_lines() if line.startswith("data: ")]
        return json.loads(lines[-1][6:])[0]["run"]["age_seconds"]

    return visit
