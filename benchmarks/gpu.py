"""One run on a GPU, within minutes: python -m benchmarks.gpu [--minutes 12] [--rehearse].

The registry's large rows in their full shape with random weights, through the app's own services
and beside the bare libraries; prints the table for docs/speed.md line by line, so that what was
measured before the time is over is there. `--rehearse` does all of it with tiny models on a CPU.
"""

from __future__ import annotations

import argparse
import logging
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.full_models import Bench, bench

log = logging.getLogger(__name__)
VISITORS = (1, 8, 32)
PROMPT = " ".join(f"w{number}" for number in range(20, 60))
PICTURES = 64  # for the rate of the search encoder


@dataclass
class Report:
    """The table, and the time that is left for it."""

    ends: float  # on time.monotonic

    def line(self, what: str, figure: str, bar: str = "") -> None:
        print(f"| {what} | {figure} | {bar} |", flush=True)

    def part(self, name: str, work: Callable[[], None], seconds: float) -> None:
        """Do it if it can end in time; a failure is a line of the table, not the end of it."""
        if time.monotonic() + seconds > self.ends:
            return self.line(name, "left out: no time was left")
        begun = time.monotonic()
        try:
            work()
        except Exception as error:  # whatever it is: the parts after it can still be measured
            log.exception("%s failed", name)
            self.line(name, f"failed: {type(error).__name__}: {error}"[:300])
        print(f"<!-- {name}: {time.monotonic() - begun:.0f} s -->", flush=True)
        return None


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=float, default=12.0)
    parser.add_argument("--rehearse", action="store_true", help="tiny models on the CPU")
    given = parser.parse_args()
    report = Report(time.monotonic() + 60 * given.minutes)
    with tempfile.TemporaryDirectory() as folder:
        here = bench(Path(folder), given.rehearse)
        print(f"| on {here.device.name}, {here.device.dtype} | figure | bar |\n|---|---|---|")
        report.part("text", lambda: text(here, report), 150)
        report.part("SD-Turbo", lambda: pictures(here, report, "sd-turbo"), 90)
        report.part("FLUX.2 klein", lambda: pictures(here, report, "flux2-klein-4b"), 120)
        report.part("captions", lambda: captions(here, report), 60)
        report.part("search", lambda: search(here, report), 40)
    report.part("GPU-marked tests", lambda: marked_tests(report, given.rehearse), 120)


def text(here: Bench, report: Report) -> None:
    """Tokens a second of one visitor and of many, beside plain `generate`."""
    from backend.generation.service import Generation

    count = 8 if here.is_tiny else 128
    backend = here.backend("qwen3-4b")
    service = Generation(backend)
    with measured_memory(here, report, "4B text"):
        cold = first_token(service, count)
        report.line("4B text, click to first token, cold (load included)", f"{cold:.1f} s")
        warm = median(first_token(service, count) for _ in range(3))
        report.line("4B text, click to first token, warm", f"{warm * 1e3:.0f} ms")
        plain = max(generated(loaded_in(backend, here, "qwen3-4b"), count) for _ in range(2))
        report.line("4B text, plain `generate`, one text", f"{plain:.1f} tokens/s")
        rates = {many: together(service, many, count) for many in VISITORS}
    one = rates[1]
    report.line("4B text, 1 visitor", f"{one:.1f} tokens/s, {one / plain:.2f} x plain", "2 x")
    for many in VISITORS[1:]:
        bar = "10 x one" if many == VISITORS[-1] else ""
        rate = rates[many]
        report.line(
            f"4B text, {many} visitors", f"{rate:.0f} tokens/s, {rate / one:.1f} x one", bar
        )


def asked(service: Any, count: int, seed: int) -> Iterator[Any]:
    """An answer of `count` tokens, none of which ends it."""
    from backend.generation.request import check_request

    request = check_request(PROMPT, mode="completion", seed=seed, max_new_tokens=count)
    return service.generate(request, f"visitor {seed}")


def first_token(service: Any, count: int) -> float:
    """Seconds until there is a first token; the rest is stopped."""
    from backend.generation.results import Generated

    begun = time.perf_counter()
    updates = asked(service, count, 10_000)
    for update in updates:
        if isinstance(update, Generated):
            break
    seconds = time.perf_counter() - begun
    updates.close()
    return seconds


def together(service: Any, many: int, count: int) -> float:
    """Tokens a second of so many visitors at once, all answers counted."""
    written = [0] * many

    def visit(number: int) -> None:
        *_, last = asked(service, count, number)
        written[number] = int(last.card.figures["answer_tokens"])

    threads = [threading.Thread(target=visit, args=(number,)) for number in range(many)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(written) / (time.perf_counter() - begun)


def generated(lm: Any, count: int) -> float:
    """Tokens a second of transformers' own `generate`, sampling as the app does by default."""
    import torch

    ids = torch.tensor([lm.tokenizer(PROMPT)["input_ids"]], device=lm.model.device)
    begun = time.perf_counter()
    found = lm.model.generate(
        ids, attention_mask=torch.ones_like(ids), max_new_tokens=count, min_new_tokens=count,
        do_sample=True, temperature=0.7, top_k=50, top_p=0.9, repetition_penalty=1.1,
        pad_token_id=0,
    )  # fmt: skip
    return (found.shape[1] - ids.shape[1]) / (time.perf_counter() - begun)


def loaded_in(backend: Any, here: Bench, model_id: str) -> Any:
    """The model that the backend has loaded."""
    with backend.pool.lease(here.row(model_id), here.device) as lease:
        lease.wait()
        return lease.model


def pictures(here: Bench, report: Report, model_id: str) -> None:
    """Seconds of a picture through the app's loop, beside the bare pipeline's call, in turn."""
    backend, name = here.backend(model_id), here.row(model_id).name
    with measured_memory(here, report, name):
        begun = time.perf_counter()
        adapter = loaded_in(backend, here, model_id)
        report.line(f"{name}, load", f"{time.perf_counter() - begun:.1f} s")
        for side in (64, 128) if here.is_tiny else (512, 1024):
            one_size(here, report, name, adapter, side)


def one_size(here: Bench, report: Report, name: str, adapter: Any, side: int) -> None:
    """A line for pictures of so many pixels."""
    from backend.text_to_image.generate import generate
    from backend.text_to_image.request import Extras, check_request
    from backend.text_to_image.resolve import resolve

    request = resolve(check_request("a red heart", seed=1, size=side), adapter.defaults)
    alone = Extras(False, False)

    def bare() -> None:
        adapter.pipeline(**adapter.call_arguments(request), generator=adapter.generator(request))

    def ours() -> None:
        list(generate(adapter, request, lambda: None, alone))

    seconds = in_turn_on(here, {"bare": bare, "ours": ours}, 3)
    plain, own = median(seconds["bare"]), median(seconds["ours"])
    said = f"{own:.2f} s, {own / plain:.3f} x bare ({plain:.2f} s)"
    report.line(f"{name}, {request.size} px, {request.steps} steps", said, "1.05 x")


def in_turn_on(here: Bench, calls: dict[str, Callable[[], Any]], runs: int) -> dict[str, list]:
    """As `benchmarks.table.in_turn`, waiting for the GPU at the end of each call."""
    from benchmarks.table import in_turn

    def waiting(call: Callable[[], Any]) -> Callable[[], None]:
        def work() -> None:
            call()
            wait_for(here)

        return work

    return in_turn({name: waiting(call) for name, call in calls.items()}, runs)


def captions(here: Bench, report: Report) -> None:
    """Seconds of a caption, cold and warm."""
    from backend.captioning.request import check_request
    from backend.captioning.service import Captioning
    from backend.models.sources import ASSETS

    service = Captioning(here.backend("qwen3-vl-4b"))
    asked_for = check_request(str(ASSETS / "examples" / "apple.png"))
    with measured_memory(here, report, "4B captions"):
        for state in ("cold (load included)", "warm"):
            begun = time.perf_counter()
            list(service.describe(asked_for, "bench"))
            report.line(f"a caption, 4B, {state}", f"{time.perf_counter() - begun:.2f} s")


def search(here: Bench, report: Report) -> None:
    """Pictures and texts a second through the search encoder."""
    from PIL import Image

    from backend import gallery

    files = [gallery.file_of(entry.key) for entry in gallery.entries()[:PICTURES]]
    images = [Image.open(file).convert("RGB") for file in files]
    with measured_memory(here, report, "search"):
        encoder = here.load(here.row("siglip2-base"), here.device)
        encoder.encode_pictures(images[:8])
        begun = time.perf_counter()
        encoder.encode_pictures(images)
        rate = len(images) / (time.perf_counter() - begun)
        report.line("SigLIP 2, pictures encoded", f"{rate:.0f} a second")
        begun = time.perf_counter()
        encoder.encode_texts(["a red apple"])
        report.line("SigLIP 2, one query encoded", f"{1e3 * (time.perf_counter() - begun):.0f} ms")


def marked_tests(report: Report, rehearse: bool) -> None:
    """pytest's own verdict on the tests that want a GPU."""
    wanted = ["--collect-only"] if rehearse else []
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-m",
        "gpu",
        "-p",
        "no:xdist",
        *wanted,
        "tests",
    ]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    said = found.stdout.strip().splitlines()[-1:] or [f"exit status {found.returncode}"]
    report.line("GPU-marked tests", said[0].strip("= "))


class measured_memory:  # noqa: N801 (used like a function)
    """A line with the most memory that the GPU had in use meanwhile; lets it go afterwards."""

    def __init__(self, here: Bench, report: Report, name: str) -> None:
        self.here, self.report, self.name = here, report, name

    def __enter__(self) -> None:
        if self.here.device.is_cuda:
            import torch

            torch.cuda.reset_peak_memory_stats()

    def __exit__(self, *_: object) -> None:
        from backend.device import return_memory

        if self.here.device.is_cuda:
            import torch

            peak = torch.cuda.max_memory_allocated() / 1e9
            self.report.line(f"{self.name}, peak memory", f"{peak:.1f} GB")
        return_memory(self.here.device)


def wait_for(here: Bench) -> None:
    if here.device.is_cuda:
        import torch

        torch.cuda.synchronize()


if __name__ == "__main__":
    main()
