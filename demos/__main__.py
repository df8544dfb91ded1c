"""One tab alone: `python -m demos generation`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from backend import Backend
from demos import TABS
from demos.page import build_page, launch_options


def main(arguments: Sequence[str]) -> None:
    """Serve the named tab on gradio's usual port. Exits with the names where there is none such."""
    tabs = {tab.ID: tab for tab in TABS}
    if len(arguments) != 1 or arguments[0] not in tabs:
        sys.exit(f"python -m demos TAB, where TAB is one of {', '.join(tabs)}")
    build_page(Backend(), [tabs[arguments[0]]]).launch(**launch_options(None))


if __name__ == "__main__":
    main(sys.argv[1:])
