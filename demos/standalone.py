"""One tab alone: `python -m demos.generation`."""

from __future__ import annotations

import importlib

from backend import Backend
from demos.page import build_page, launch_options


def launch_tab(module: str) -> None:
    """Serve one tab's module by its dotted name, on gradio's usual port."""
    tab = importlib.import_module(module)
    build_page(Backend(), [tab]).launch(**launch_options(None))
