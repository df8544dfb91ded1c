"""Sessions without what gradio keeps in each: the settings of every component, for its deep-link
button, which this page has not, and tables of all components and events, which one table serves
until a session changes a component. For a page of this size they were more than a megabyte a
session and a tenth of a second in which nobody else was served (`benchmarks/sessions.py`).
"""

from __future__ import annotations

from collections import ChainMap
from types import SimpleNamespace
from typing import Any

from gradio import state_holder
from gradio.blocks import Blocks
from gradio.state_holder import SessionState


def install() -> None:
    """From now on new sessions are light ones."""
    state_holder.SessionState = LightSession  # type: ignore[misc]


class LightSession(SessionState):
    """Values of States and changed components as ever; no settings."""

    def __init__(self, blocks: Blocks) -> None:
        nothing_to_copy: Any = SimpleNamespace(default_config=blocks.default_config, blocks={})
        super().__init__(nothing_to_copy)
        theirs: Any = self.blocks_config
        theirs.blocks = ChainMap({}, blocks.default_config.blocks)
        theirs.fns = blocks.default_config.fns  # only what `gr.render` makes has others
        self.blocks_config.config_for_block = _no_settings  # type: ignore[method-assign, assignment]


def _no_settings(*_: Any) -> dict[str, Any]:
    return {}
