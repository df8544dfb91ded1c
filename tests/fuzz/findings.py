"""What is wrong with an answer, and the report of a whole run."""

from __future__ import annotations

import os
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from backend.cache_folder import cache_root
from backend.messages import TEXTS
from tests.serving import ROOT

INTERNAL = (TEXTS["internal"][:40], "Internal Server Error")
SHOWN_CHARACTERS = 600
SHOWN_NAMES = 12
NUMBER = re.compile(r"\d+")
FILE_FIELDS = re.compile(r'"(?:path|url)":\s*"[^"]*"')  # where gradio says where a file lies
LAST_LINE = re.compile(r"^[\w.]+(?:Error|Exception|Interrupt|Warning)\b.*$", re.MULTILINE)


@dataclass(frozen=True)
class Finding:
    """One thing that must not be: its kind, the name of what made it, and what was seen."""

    kind: str
    name: str
    seen: str


@dataclass
class Report:
    """How many were tried, by kind, and what was found."""

    tried: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)  # figures beside the counts

    def __str__(self) -> str:
        kinds = Counter(one.kind for one in self.findings)
        return "\n".join(
            [
                *(f"{count:7,} {what}" for what, count in self.tried.items()),
                *self.lines,
                f"{len(self.findings):,} findings: {dict(kinds) or 'none'}",
                *self._grouped(),
            ]
        )

    def _grouped(self) -> Iterator[str]:
        """Those that look the same together, with the first few names."""
        alike: dict[tuple[str, str], list[Finding]] = {}
        for one in self.findings:
            alike.setdefault((one.kind, NUMBER.sub("N", one.seen)[:60]), []).append(one)
        for (kind, _), those in alike.items():
            names, seen = list(dict.fromkeys(one.name for one in those)), those[0].seen
            more = f" and {len(names) - SHOWN_NAMES:,} more" if len(names) > SHOWN_NAMES else ""
            yield f"[{kind}] {', '.join(names[:SHOWN_NAMES])}{more}: {seen}"


def server_paths() -> tuple[str, ...]:
    """What begins a path of the server that no visitor needs to see."""
    places = (ROOT, cache_root(), Path(tempfile.gettempdir()), Path.home())
    return (*(f"{place}{os.sep}" for place in places), "site-packages")


def problems_of(answer: str, sent: str = "") -> list[tuple[str, str]]:
    """(kind, what was seen) of an answer's text; `sent` is what may be repeated in it.

    Files that gradio hands out carry their path, by its own design: those fields are passed over.
    """
    found = [("internal", sign) for sign in INTERNAL if sign in answer]
    found += [("traceback", "Traceback")] if "Traceback (most recent" in answer else []
    bare = FILE_FIELDS.sub("", answer.replace("\\/", "/"))
    for place in server_paths():
        if place in bare and place not in sent:
            at = bare.index(place)
            found.append(("server path", bare[max(0, at - 80) : at + 120]))
    return found


def tracebacks_in(log: str) -> list[str]:
    """The last line of each traceback in a piece of the log."""
    return [_last_line(part) for part in log.split("Traceback (most recent call last)")[1:]]


def _last_line(trace: str) -> str:
    lines = LAST_LINE.findall(trace)
    return (lines[0] if lines else trace.strip().splitlines()[-1])[:300]


def shortened(text: str) -> str:
    """A text as a report shows it."""
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"
