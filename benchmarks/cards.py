"""Writes measured figures into the model cards, so that no card says what nobody measured."""

from __future__ import annotations

import re
from pathlib import Path

from benchmarks.picture_models import Bar

BLOCK = re.compile(r"(<!-- figures -->\n).*?(<!-- end of figures -->)", re.DOTALL)
CARDS = {"search": "search-encoder", "caption": "captioner", "paint": "painter", "verse": "verse"}


def table(bars: list[Bar]) -> str:
    """A Markdown table of the figures beside their bars."""
    lines = ["| measured by `make bench-models` | figure | bar |", "|---|---|---|"]
    return "\n".join([*lines, *(_row(bar) for bar in bars)]) + "\n"


def _row(bar: Bar) -> str:
    what = bar.what.split(": ", 1)[1]
    missed = " (**missed**)" if bar.met is False else ""
    return f"| {what} | {bar.measured:.3f} | {bar.wanted}{missed} |"


def write(bars: list[Bar], models: Path) -> None:
    """Replace the table in each card for which there are figures."""
    for start, folder in CARDS.items():
        own = [bar for bar in bars if bar.what.startswith(start + ":")]
        if own:
            card = models / folder / "README.md"
            block = table(own).replace("\\", "\\\\")
            card.write_text(BLOCK.sub(rf"\g<1>{block}\g<2>", card.read_text()))
