"""A picture's steps as a looping film, for a slide, a message or a page."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

MIN_PIXELS = 256  # on a side: smaller pictures are enlarged, or a slide would show a stamp
MAX_PIXELS = 512  # larger ones would make a film of many megabytes
STEP_MS, LAST_MS = 110, 1400  # how long a step and the finished picture stay
FORMATS = {"webp": {"quality": 85, "method": 2}, "gif": {}}


def as_film(frames: Sequence[Image], format_: str) -> bytes:
    """The frames as a looping "webp" or "gif"; at least one frame."""
    sized = [_sized(frame) for frame in frames]
    durations = [STEP_MS] * (len(sized) - 1) + [LAST_MS]
    file = io.BytesIO()
    sized[0].save(
        file,
        format_.upper(),
        save_all=True,
        append_images=sized[1:],
        duration=durations,
        loop=0,
        **FORMATS[format_],
    )
    return file.getvalue()


def _sized(frame: Image) -> Image:
    from PIL import Image as Pillow

    side = min(max(frame.width, MIN_PIXELS), MAX_PIXELS)
    return frame.convert("RGB").resize((side, side), Pillow.Resampling.BICUBIC)
