"""`python -m tests.fuzz.soak`: a crowd for a while, and a SIGKILL in the middle of it."""

from __future__ import annotations

import argparse
import os
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from backend.cache_folder import cache_root
from tests.fuzz.crowd import Crowd, Place
from tests.fuzz.endpoints import endpoints_of
from tests.fuzz.findings import Finding, Report
from tests.fuzz.judge import Watch, stuck_slots
from tests.fuzz.ledger import damaged_files
from tests.fuzz.memory import Memory
from tests.fuzz.visitor import Visitor
from tests.serving import RunningApp, running

VISITORS = 32
WARM = 300.0  # seconds from which on memory must be flat, if the server lives longer
GROWTH = 300  # MB
GOING = 300.0  # seconds for the last visitors to get their answers


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print the report; 1 if anything was found."""
    options = parser().parse_args(arguments)
    report = Report()
    with TemporaryDirectory() as folder, _own_cache(Path(folder) / "cache") as cache:
        _soak(Path(folder), cache, options, report)
    print(report)
    return 1 if report.findings else 0


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m tests.fuzz.soak", description=__doc__)
    made.add_argument("--minutes", type=float, default=20.0)
    made.add_argument("--visitors", type=int, default=VISITORS)
    made.add_argument("--seed", type=int, default=1)
    return made


def _soak(folder: Path, cache: Path, options: argparse.Namespace, report: Report) -> None:
    half = 30 * options.minutes  # seconds
    place = Place()
    crowd: Crowd | None = None
    threads: list[threading.Thread] = []
    for number in (0, 1):
        with running(_made(folder / f"run-{number}"), "--models", "bundled") as app:
            memory, watch = Memory(app.process), Watch(app.process, app.output)
            if crowd is None:
                crowd = Crowd(place, options.seed, _defaults(app))
                threads = crowd.start(options.visitors)
            else:
                _check_collections(app, crowd, cache, report)
            place.address, place.number = app.address, number
            time.sleep(half)
            if number == 0:
                place.number = -1
                app.process.kill()
            else:
                _end(app, crowd, threads, cache, report)
            memory.stop()
            report.findings += watch.tracebacks(f"server {number}")
            _say_memory(memory, number, report)
    assert crowd is not None
    report.tried.update(crowd.done)
    report.findings += crowd.findings


def _end(
    app: RunningApp, crowd: Crowd, threads: list[threading.Thread], cache: Path, report: Report
) -> None:
    """Everybody goes; then nothing may be lost."""
    crowd.over.set()
    give_up = time.monotonic() + GOING
    for thread in threads:
        thread.join(max(0.0, give_up - time.monotonic()))
    waiting = sum(thread.is_alive() for thread in threads)
    if waiting:
        report.findings.append(Finding("late", "crowd", f"{waiting} visitors still wait"))
    report.findings += stuck_slots(app.address)
    _check_collections(app, crowd, cache, report)


def _check_collections(app: RunningApp, crowd: Crowd, cache: Path, report: Report) -> None:
    wrong = damaged_files(cache / "collections")
    for ledger in crowd.ledgers:
        answer = Visitor(app.address, 60).call("/search_collections", [ledger.key])
        wrong += ledger.differences(answer.result() or {})
    report.findings += [Finding("collection", "damaged", one) for one in wrong]


def _say_memory(memory: Memory, number: int, report: Report) -> None:
    growth = memory.growth(WARM)
    said = f"  growth after {WARM / 60:.0f} minutes: {growth:,.0f} MB"
    report.lines += [f"memory of server {number}:", *memory.table(), said]
    if growth > GROWTH:
        report.findings.append(Finding("memory", f"server {number}", f"{growth:,.0f} MB more"))


def _defaults(app: RunningApp) -> Any:
    """Fills a call's other arguments: the endpoints take all of them."""
    endpoints = endpoints_of(Visitor(app.address))

    def filled(endpoint: str, data: list[Any]) -> list[Any]:
        rest = endpoints[endpoint][len(data) :]
        return [*data, *(one["parameter_default"] for one in rest)]

    return filled


@contextmanager
def _own_cache(folder: Path) -> Iterator[Path]:
    """A cache whose collections are its own; what the models need is the user's."""
    folder.mkdir()
    for made in cache_root().iterdir():
        if made.name != "collections" and made.suffix != ".lock":  # a lock may be no link
            (folder / made.name).symlink_to(made)
    before = os.environ.get("SHOW_AND_TELL_CACHE")
    os.environ["SHOW_AND_TELL_CACHE"] = str(folder)
    try:
        yield folder
    finally:
        os.environ.pop("SHOW_AND_TELL_CACHE")
        if before is not None:
            os.environ["SHOW_AND_TELL_CACHE"] = before


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


if __name__ == "__main__":
    sys.exit(main())
