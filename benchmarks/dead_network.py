"""The first answer of a fresh process where the network is dead, beside that of --models bundled.

Each process has an empty cache for the hub. The hub's address is one on loopback where nobody
listens (refused at once), or one that takes connections and never says a word. "auto, a GPU" makes
believe that there is one that everything fits, so that the app chooses rows it would download.
Nobody has opened a page before, which would have asked the hub ahead: who asks waits for all of it.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from tempfile import TemporaryDirectory

from backend import Backend, prepare
from backend.models.sources import ASSETS
from benchmarks.table import show
from tests.serving import ROOT, free_port

ROUNDS = 2  # in both orders; with these all of it takes under four minutes
MOST = 1.0  # seconds later than with the bundled models
# Each tab's first question. A router chooses among the experts on the disk, so classification needs
# no hub for it; its masked words do.
TASKS = (
    "attention",
    "generation",
    "classification",
    "masked_word",
    "image_search",
    "text_to_image",
    "captioning",
)
NEED_NO_HUB = ("classification",)
PLAIN = "bundled"
GPU = "auto+gpu"
MODES = {"auto, a GPU": GPU, "auto, no GPU": "auto", "--models cpu": "cpu"}
Case = tuple[str, str]  # a name of MODES, and what the hub does
# Where the app would find another cache, another address, or a way around it.
FOREIGN = ("HF_", "HUGGINGFACE_", "TRANSFORMERS_")


def main() -> None:
    print(f"First answer with a dead network (bar: at most {MOST:g} s after --models bundled)")
    prepare.in_a_process_of_its_own()
    for task in TASKS:
        compare(task)


def compare(task: str) -> None:
    """All cases in turn, every second round the other way round: what slows the machine for a while
    slows them all, and none is always the first. Lateness is that beside the same round's."""
    with silent_hub() as silent:
        hubs = {"refuses": f"http://127.0.0.1:{free_port()}", "is silent": silent}
        cases = {(PLAIN, ""): (PLAIN, hubs["refuses"])}
        for name, said in cases_of(task):
            cases[name, said] = (MODES[name], hubs[said])
        seconds: dict[Case, list[float]] = {case: [] for case in cases}
        for number in range(ROUNDS):
            for case in list(cases)[:: -1 if number % 2 else 1]:
                seconds[case].append(in_a_fresh_process(task, *cases[case]))
    plain = seconds.pop((PLAIN, ""))
    show(f"{task}, --models bundled", plain, "s")
    for (name, said), values in seconds.items():
        show(f"... {name}, the hub {said}", values, "s")
        late = [value - before for value, before in zip(values, plain, strict=True)]
        verdict = "met" if median(late) <= MOST else "MISSED"
        print(f"      {median(late):+.2f} s ({min(late):+.2f} to {max(late):+.2f}): {verdict}")


def cases_of(task: str) -> Iterator[Case]:
    """Both hubs where the app would download; the other modes with one task and the silent one."""
    for name, mode in MODES.items():
        if mode == GPU:
            yield name, "refuses"
        if mode == GPU or task == "generation":
            yield name, "is silent"


def in_a_fresh_process(task: str, mode: str, address: str) -> float:
    """Seconds from the question to the first answer, in a process that has imported the backend."""
    with TemporaryDirectory() as cache:
        found = subprocess.run(
            [sys.executable, "-m", "benchmarks.dead_network", task, mode],
            env=environment(address, cache), cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
    seconds, times_asked = json.loads(found.stdout.splitlines()[-1])
    if mode == GPU and times_asked != (0 if task in NEED_NO_HUB else 1):
        raise RuntimeError(f"{task} asked the hub {times_asked} times: this measures nothing")
    return float(seconds)


def environment(address: str, cache: str) -> dict[str, str]:
    """That hub and that cache, and no proxy between."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(FOREIGN) and not name.lower().endswith("_proxy")
    }
    hub = {"HF_ENDPOINT": address, "HF_HOME": cache, "HF_HUB_OFFLINE": "0"}
    return kept | hub | {"PYTHONPATH": str(ROOT)}


@contextmanager
def silent_hub() -> Iterator[str]:
    """The address of a socket that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def first_answer(task: str, mode: str) -> tuple[float, int]:
    """Seconds until the task's own service has a first answer; how often the hub was asked."""
    asked = count_questions()
    backend = backend_for(mode)
    begun = time.perf_counter()
    for _ in answers(task, backend):
        return time.perf_counter() - begun, len(asked)
    raise RuntimeError(f"{task} gave no answer")


def count_questions() -> list[str]:
    """Grows by one whenever the hub is asked whether it answers."""
    from backend.models import sources
    from backend.models.hub.reach import HubReach, probe_hub

    asked: list[str] = []

    def probe() -> None:
        asked.append("asked")
        probe_hub()

    sources.HUB = HubReach(probe)
    return asked


def backend_for(mode: str) -> Backend:
    """The app's own; "auto+gpu" takes the CPU for a GPU with room for anything."""
    from backend.device import cpu
    from backend.models.pool import Pool

    if mode != GPU:
        return Backend(mode)
    return Backend(
        "auto",
        pool=Pool(free=lambda _: 2**60),
        device_for=lambda _: cpu("device_cpu_no_gpu"),
        has_gpu=lambda: True,
    )


def answers(task: str, backend: Backend) -> Iterator[object]:
    """Results as they come, without the progress before them."""
    from backend.run import Progress

    for update in asked(task, backend):
        if not isinstance(update, Progress):
            yield update


def asked(task: str, backend: Backend) -> Iterator[object]:
    """What is asked of each task."""
    if task == "attention":
        from backend.attention.request import Look
        from backend.attention.request import check_request as check_text
        from backend.attention.service import Attention

        return Attention(backend).attend(check_text("The sea is calm."), Look(), "bench")
    if task == "generation":
        from backend.generation.request import check_request
        from backend.generation.service import Generation

        return Generation(backend).generate(check_request("The sea", seed=1), "bench")
    if task in ("classification", "masked_word"):
        from backend.classification.service import Classification

        service = Classification(backend)
        if task == "masked_word":
            return service.fill_mask("Paris is the [MASK] of France.", "bench")
        return service.classify("The room was clean.", "bench")
    return asked_of_pictures(task, backend)


def asked_of_pictures(task: str, backend: Backend) -> Iterator[object]:
    """The same for the tasks with pictures."""
    if task == "image_search":
        from backend.image_search.request import check_request as check_search
        from backend.image_search.service import ImageSearch

        return ImageSearch(backend).search(check_search("hat"), "bench")
    if task == "text_to_image":
        from backend.text_to_image.request import check_request as check_drawing
        from backend.text_to_image.service import TextToImage

        return TextToImage(backend).draw(check_drawing("a red car", seed=1), "bench")
    from backend.captioning.request import check_request as check_caption
    from backend.captioning.service import Captioning

    picture = check_caption(str(ASSETS / "examples" / "apple.png"))
    return Captioning(backend).describe(picture, "bench")


if __name__ == "__main__":
    print(json.dumps(first_answer(*sys.argv[1:])), flush=True)
    os._exit(0)  # threads of the run are under way: Python would abort over them
