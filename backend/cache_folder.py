"""Where what is made once on this machine is kept."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import platformdirs


def cache_root() -> Path:
    """SHOW_AND_TELL_CACHE, or the platform's cache folder; a temporary one if it is read-only."""
    named = os.environ.get("SHOW_AND_TELL_CACHE")
    root = Path(named) if named else platformdirs.user_cache_path("show-and-tell")
    try:
        root.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=root).close()  # a folder that is there may still be read-only
    except OSError:  # a read-only home, as some hosts have
        root = Path(tempfile.gettempdir()) / "show-and-tell"
        root.mkdir(parents=True, exist_ok=True)
    return root
