"""A picture's steps as a looping film, for a slide, a message or a page."""

from __future__ import annotations

import io
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

MIN_PIXELS = 256  # on a side: smaller pictures are enlarged, or a slide would show a stamp
MAX_PIXELS = 512  # larger ones would make a film of many megabytes
STEP_MS, LAST_MS = 110, 1400  # how long a step and the finished picture stay
FORMATS = {"webp": {"quality": 85, "method": 2}, "gif": {}}


class Films(dict[str, bytes]):
    """Frames as a film by format, encoded when the first of all who look at them asks for it."""

    def __init__(self, frames: Sequence[Image]) -> None:
        super().__init__()
        self._frames, self._encoding = frames, threading.Lock()

    def __missing__(self, format_: str) -> bytes:
        with self._encoding:
            if format_ not in self:
                self[format_] = as_film(self._frames, format_)
        return self[format_]


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
