"""Whether an answer may be given, and whether the server is well."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.fuzz.findings import Finding, problems_of, shortened, tracebacks_in
from tests.fuzz.visitor import Answer, Visitor

SERVER_ERROR = 500
AT_ONCE = 30  # more than all runs and handlers that gradio lets work at a time
SLOT_SECONDS = 60.0


def judged(name: str, answer: Answer, sent: str, allowed_seconds: float) -> list[Finding]:
    """What is wrong with this answer to what was `sent`."""
    found = [Finding(kind, name, seen) for kind, seen in problems_of(answer.text, sent)]
    if answer.status >= SERVER_ERROR:
        found.append(Finding("status", name, f"{answer.status} {shortened(answer.text)}"))
    if not answer.ended or answer.seconds > allowed_seconds:
        found.append(Finding("late", name, f"{answer.seconds:.0f} s: {_last_event(answer)}"))
    if '"error":null' in answer.text.replace(" ", ""):
        found.append(Finding("no sentence", name, 'the answer is {"error": null}'))
    return found


def _last_event(answer: Answer) -> str:
    return next((line for line in reversed(answer.text.splitlines()) if line), "nothing came")[:200]


@dataclass
class Watch:
    """A server's process and what it prints."""

    process: psutil.Process
    output: Path
    steps: list[tuple[float, str]] = field(default_factory=list)  # megabytes that a call brought
    _read: int = 0
    _megabytes: float = 0.0

    def tracebacks(self, name: str) -> list[Finding]:
        """Those in the log since the last look, laid to the call of that name."""
        before, self._megabytes = self._megabytes, self.megabytes()
        self.steps.append((self._megabytes - (before or self._megabytes), name))
        with self.output.open("rb") as file:
            file.seek(self._read)
            new = file.read()
        self._read += len(new)
        traces = tracebacks_in(new.decode("utf-8", "replace"))
        return [Finding("log", name, trace) for trace in traces]

    def megabytes(self) -> float:
        return self.process.memory_info().rss / 1e6

    def largest_steps(self, count: int = 6) -> str:
        """The calls after which memory had grown most."""
        largest = sorted(self.steps, reverse=True)[:count]
        return ", ".join(f"{name} {megabytes:+,.0f} MB" for megabytes, name in largest)

    def is_alive(self) -> bool:
        return self.process.is_running() and self.process.status() != psutil.STATUS_ZOMBIE


def stuck_slots(address: str) -> list[Finding]:
    """Empty if many visitors at once are all answered: all workers and the device are free."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        light = list(
            pool.map(lambda _: _answered(address, "/attention_positions", [4, 4]), [0] * AT_ONCE)
        )
        heavy = _answered(address, "/classify", ["A lovely day.", "sentiment-expert"])
    lost = light.count(False)
    found = [Finding("slot", "workers", f"{lost} of {AT_ONCE} got no answer")] if lost else []
    return found + ([] if heavy else [Finding("slot", "device", "no answer on the device")])


def _answered(address: str, endpoint: str, data: list[object]) -> bool:
    return Visitor(address, SLOT_SECONDS).call(endpoint, data).succeeded
