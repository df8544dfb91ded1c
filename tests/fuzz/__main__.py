"""`python -m tests.fuzz`: the long form, against `python app.py --models bundled`."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from backend import heap
from tests.fuzz.calls import bad_call, good_call
from tests.fuzz.endpoints import (
    config_of,
    endpoints_of,
    run_calls,
    run_page_calls,
    send,
    send_page_call,
    warm_up,
)
from tests.fuzz.files import KINDS, handle, odd_file, run_files
from tests.fuzz.findings import Finding, Report
from tests.fuzz.judge import Watch, stuck_slots
from tests.fuzz.page_calls import page_call
from tests.fuzz.values import as_json
from tests.fuzz.visitor import Visitor
from tests.serving import running

GROWTH = 300  # MB that the server may have more at the end than after the warm-up
SETTLING = 1.5 * heap.SECONDS


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print the report; 1 if anything was found."""
    options = parser().parse_args(arguments)
    report = Report()
    with TemporaryDirectory() as folder:
        if options.only.partition("#")[0] not in KINDS:
            _against_server(Path(folder), options, report)
        if options.only:
            _one_file(Path(folder), options, report)
        else:
            run_files(report, Path(folder), options.seed, options.files)
    print(report)
    return 1 if report.findings else 0


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    made.add_argument("--seed", type=int, default=1)
    made.add_argument("--calls", type=int, default=300, help="bad calls of each endpoint")
    made.add_argument("--pages", type=int, default=600, help="forged page calls")
    made.add_argument("--files", type=int, default=5000, help="mutated files of each kind")
    made.add_argument("--endpoint", default="", help="this endpoint alone")
    made.add_argument("--only", default="", help="one finding again, such as /caption#17")
    made.add_argument("--patience", type=float, default=30.0, help="seconds before Stop")
    return made


def _against_server(folder: Path, options: argparse.Namespace, report: Report) -> None:
    with running(folder, "--models", "bundled") as app:
        visitor, watch = Visitor(app.address, options.patience), Watch(app.process, app.output)
        if options.only:
            _one_call(visitor, watch, options, report)
            return
        _many_calls(visitor, watch, options, report)
        report.findings += stuck_slots(app.address)
        if not watch.is_alive():
            report.findings.append(Finding("dead", "server", "it is gone"))


def _many_calls(
    visitor: Visitor, watch: Watch, options: argparse.Namespace, report: Report
) -> None:
    endpoints = endpoints_of(visitor)
    if options.endpoint:
        endpoints = {options.endpoint: endpoints[options.endpoint]}
    warm_up(visitor, endpoints, report, options.seed)
    watch.tracebacks("warm-up")
    start = _settled(watch)
    run_calls(visitor, watch, report, options.seed, options.calls, endpoints)
    run_page_calls(visitor, watch, report, options.seed, options.pages)
    end = _settled(watch)
    report.lines.append(f"memory: {start:,.0f} MB after the warm-up, {end:,.0f} MB at the end")
    report.lines.append(f"largest steps: {watch.largest_steps()}")
    if end - start > GROWTH:
        report.findings.append(Finding("memory", "server", f"{end - start:,.0f} MB more"))


def _settled(watch: Watch) -> float:
    """Megabytes, when the server has had time to give back what is free in its heap."""
    time.sleep(SETTLING)
    return watch.megabytes()


def _one_call(visitor: Visitor, watch: Watch, options: argparse.Namespace, report: Report) -> None:
    source, _, number = options.only.partition("#")
    if source == "page":
        forged = page_call(config_of(visitor), options.seed, int(number))
        print(forged)
        report.findings += send_page_call(visitor, forged)
    else:
        parameters = endpoints_of(visitor)[source]
        call = good_call(source, parameters)
        if number != "good":
            call = bad_call(source, parameters, options.seed, int(number))
        print(call.endpoint, as_json(call.data)[:5000])
        report.findings += send(visitor, call)
    report.findings += watch.tracebacks(options.only)
    print(watch.output.read_text("utf-8", "replace")[-5000:])


def _one_file(folder: Path, options: argparse.Namespace, report: Report) -> None:
    kind, _, number = options.only.partition("#")
    if kind in KINDS:
        data = odd_file(kind, options.seed, int(number))
        print(f"{len(data):,} bytes: {data[:300]!r}")
        report.findings += handle(kind, data, options.only, folder)


if __name__ == "__main__":
    sys.exit(main())
