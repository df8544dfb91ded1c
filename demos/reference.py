"""The reference part of `docs/api.md`, written from the endpoints: `make docs`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from backend import Backend
from demos import TABS
from demos.page import build_page
from demos.shared import api_page

PAGE = Path(__file__).resolve().parent.parent / "docs" / "api.md"
MARK = "<!-- written by `make docs` from here on -->\n"


def main() -> None:
    """Write the reference; what stands above the mark is written by hand."""
    PAGE.write_text(with_reference(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


def with_reference(page: str) -> str:
    """The page with its lower part from the endpoints."""
    by_hand = page.split(MARK, maxsplit=1)[0]
    endpoints = build_page(Backend("bundled"), TABS).get_api_info()["named_endpoints"]
    entries = [entry(name, endpoint) for name, endpoint in sorted(endpoints.items())]
    return by_hand + MARK + "\n" + "\n".join(entries)


def entry(name: str, endpoint: Mapping[str, Any]) -> str:
    """One endpoint: its call with all defaults, and its docstring."""
    return (
        f"### {name}\n\n```\n{api_page.call(name, endpoint)}\n```\n\n{api_page.about(endpoint)}\n"
    )


if __name__ == "__main__":
    main()
