"""One tab alone: `python -m demos generation`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from backend import Backend
from backend.model_library import ModelLibrary
from demos import TABS
from demos.page import build_page, launch_options
from demos.shared import models_page


def main(arguments: Sequence[str]) -> None:
    """Serve the named tab on gradio's usual port. Exits with the names where there is none such."""
    tabs = {tab.ID: tab for tab in TABS}
    if len(arguments) != 1 or arguments[0] not in tabs:
        sys.exit(f"python -m demos TAB, where TAB is one of {', '.join(tabs)}")
    backend = Backend()
    models = models_page.routes(ModelLibrary(backend), is_public=False)
    build_page(backend, [tabs[arguments[0]]]).launch(**launch_options(None, models=models))


if __name__ == "__main__":
    main(sys.argv[1:])
