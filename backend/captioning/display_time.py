"""From when to when each frame of a video is on display, in seconds from the first one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from av import VideoFrame


@dataclass(frozen=True)
class Shown:
    """A frame, and the seconds between which it is on display."""

    frame: VideoFrame
    start: float
    end: float


def display_times(frames: Iterable[VideoFrame], usual: float) -> Iterator[Shown]:
    """Each frame until the next one, the last for its own duration.

    Where the timestamps start again, as in joined MPEG-TS, or are missing, the frame before lasts
    for its own duration. `usual` is the duration in seconds of a frame that does not say its own.
    """
    before: Shown | None = None
    for frame in frames:
        if before is None:
            start = 0.0
        else:
            gap = _gap(before.frame, frame)
            start = before.end if gap is None else before.start + gap
            usual = start - before.start
            yield Shown(before.frame, before.start, start)
        before = Shown(frame, start, start + (_duration(frame) or usual))
    if before is not None:
        yield before


def _gap(before: VideoFrame, after: VideoFrame) -> float | None:
    """Seconds from frame to frame; None where the timestamps do not say."""
    if before.time is None or after.time is None or after.time < before.time:
        return None
    return after.time - before.time


def _duration(frame: VideoFrame) -> float:
    """A frame's own seconds; 0 where it does not say."""
    return float(max(0, frame.duration or 0) * (frame.time_base or 0))
