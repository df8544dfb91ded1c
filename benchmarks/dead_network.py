"""The first answer of a fresh process where the network is dead, beside that of --models bundled.

Each process has an empty cache for the hub. The hub's address is one on loopback where nobody
listens (refused at once), or one that takes connections and never says a word. "auto, a GPU" makes
believe that there is one that everything fits, so that the app chooses rows it would download.
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

RUNS = 3
MOST = 1.0  # seconds later than with the bundled models
MODES = {"auto, no GPU": "auto", "auto, a GPU": "auto+gpu", "--models cpu": "cpu"}
TASKS = ("generation", "masked_word", "image_search", "captioning")


def main() -> None:
    print(f"First answer with a dead network (bar: at most {MOST:g} s after --models bundled)")
    prepare.in_a_process_of_its_own()
    for task in TASKS:
        compare(task)


def compare(task: str) -> None:
    """All modes in turn, so that what slows the machine for a while slows them all."""
    with silent_hub() as silent:
        hubs = {"refuses": f"http://127.0.0.1:{free_port()}", "is silent": silent}
        cases = {("bundled", ""): ("bundled", hubs["refuses"])}
        for name, mode in MODES.items():
            cases |= {(name, said): (mode, address) for said, address in hubs.items()}
        seconds: dict[tuple[str, str], list[float]] = {case: [] for case in cases}
        for _ in range(RUNS):
            for case, (mode, address) in cases.items():
                seconds[case].append(in_a_fresh_process(task, mode, address))
    plain = show(f"{task}, --models bundled", seconds.pop(("bundled", "")), "s")
    for (name, said), values in seconds.items():
        late = show(f"... {name}, the hub {said}", values, "s") - plain
        verdict = "met" if late <= MOST else "MISSED"
        print(f"  {'':<4}{late:+.2f} s, {median(values) / plain:.2f} times: {verdict}")


def in_a_fresh_process(task: str, mode: str, address: str) -> float:
    """Seconds from the question to the first answer, in a process that has imported the app."""
    with TemporaryDirectory() as cache:
        environment = {**os.environ, "HF_ENDPOINT": address, "HF_HOME": cache}
        environment |= {"HF_HUB_OFFLINE": "0", "PYTHONPATH": str(ROOT)}
        found = subprocess.run(
            [sys.executable, "-m", "benchmarks.dead_network", task, mode],
            env=environment, cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
    return float(json.loads(found.stdout.splitlines()[-1]))


@contextmanager
def silent_hub() -> Iterator[str]:
    """The address of a socket that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def first_answer(task: str, mode: str) -> float:
    """Seconds until the task's own service has a first answer."""
    backend = backend_for(mode)
    begun = time.perf_counter()
    for _ in answers(task, backend):
        return time.perf_counter() - begun
    raise RuntimeError(f"{task} gave no answer")


def backend_for(mode: str) -> Backend:
    """The app's own; "auto+gpu" on a machine that takes its CPU for a GPU."""
    from backend.device import cpu

    if mode != "auto+gpu":
        return Backend(mode)
    return Backend("auto", device_for=lambda _: cpu("device_cpu_no_gpu"), has_gpu=lambda: True)


def answers(task: str, backend: Backend) -> Iterator[object]:
    """Results as they come, without the progress before them."""
    from backend.run import Progress

    for update in asked(task, backend):
        if not isinstance(update, Progress):
            yield update


def asked(task: str, backend: Backend) -> Iterator[object]:
    """What is asked of each task."""
    if task == "generation":
        from backend.generation.request import check_request
        from backend.generation.service import Generation

        return Generation(backend).generate(check_request("The sea", seed=1), "bench")
    if task == "masked_word":
        from backend.classification.service import Classification

        return Classification(backend).fill_mask("Paris is the [MASK] of France.", "bench")
    if task == "image_search":
        from backend.image_search.request import check_request as check_search
        from backend.image_search.service import ImageSearch

        return ImageSearch(backend).search(check_search("hat"), "bench")
    from backend.captioning.request import check_request as check_caption
    from backend.captioning.service import Captioning

    picture = check_caption(str(ASSETS / "examples" / "apple.png"))
    return Captioning(backend).describe(picture, "bench")


if __name__ == "__main__":
    print(json.dumps(first_answer(*sys.argv[1:])), flush=True)
    os._exit(0)  # threads of the run are under way: Python would abort over them
