"""A picture's steps as a film that loops: for a slide, a message, a page."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

LEAST = 256  # pixels on a side: smaller pictures are enlarged, or a slide would show a stamp
MOST = 512  # larger ones would make a film of many megabytes
STEP, LAST = 110, 1400  # milliseconds that a step and the finished picture stay
KINDS = {"webp": {"quality": 85, "method": 2}, "gif": {}}


def as_film(frames: Sequence[Image], kind: str) -> bytes:
    """The frames as a looping "webp" or "gif"; at least one frame."""
    sized = [_sized(frame) for frame in frames]
    seconds = [STEP] * (len(sized) - 1) + [LAST]
    file = io.BytesIO()
    sized[0].save(
        file,
        kind.upper(),
        save_all=True,
        append_images=sized[1:],
        duration=seconds,
        loop=0,
        **KINDS[kind],
    )
    return file.getvalue()


def _sized(frame: Image) -> Image:
    from PIL import Image as Pillow

    side = min(max(frame.width, LEAST), MOST)
    return frame.convert("RGB").resize((side, side), Pillow.Resampling.BICUBIC)
