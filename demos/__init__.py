"""The tabs: UI only. Never imports torch, transformers, diffusers or open_clip.

TABS is the only list of tabs: the bar, `?tab=`, the README's table and the tests read it. A tab is
a folder here whose `tab.py` has an `ID` (the folder's name) and `build(backend)`, and a line below.
"""

from __future__ import annotations

from importlib import import_module

TABS = tuple(
    import_module(f"demos.{name}.tab")
    for name in (
        "attention",
        "generation",
        "classification",
        "image_search",
        "text_to_image",
        "captioning",
    )
)
