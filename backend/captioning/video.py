"""A short clip from outside, read safely: a picture for each of its scenes, and when it is.

Read by PyAV (FFmpeg). Only containers that are named here are opened, and none that could name
other files or addresses (playlists); what the header says about size and length is looked at
first, and not believed: reading itself stops at the limits.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from backend.errors import InputError
from backend.messages import Message, message
from backend.pictures import MAX_PIXELS

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_SECONDS = 120
MAX_BYTES = 100_000_000
MOST = 12  # scenes that are described
CONTAINERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,gif,mpeg,mpegts,flv,asf,ogg"
SOUNDS = "wav,mp3,flac,aac"  # opened only to say that they have no pictures
A_SECOND = 4  # pictures looked at
SIDE = 480  # pixels on the longer side of what is kept
TINY = 16  # pixels on a side of what is compared
CUT = 0.03  # mean change of colour, of 0..1, from one look to the next that may begin a scene
RISE = 3.0  # ... if it is so many times what is usual around it: a shaking camera is no new scene
AROUND = 6  # looks before and after that say what is usual
SHORTEST = 3  # looks: less is a flash, or the middle of a fade


@dataclass(frozen=True)
class Look:
    """One frame: its second, itself as JPEG, and its colours [TINY, TINY, 3] of 0..1."""

    second: float
    jpeg: bytes
    tiny: np.ndarray


@dataclass(frozen=True)
class Scene:
    """From second to second, and the picture in its middle."""

    start: float
    end: float
    picture: Image


@dataclass(frozen=True)
class Clip:
    """What could be read: its scenes in time, how long it is, and what there is to say about it."""

    scenes: tuple[Scene, ...]
    seconds: float
    notes: tuple[Message, ...]


def check_clip(path: Path, name: str) -> None:
    """Refuse, by its size and header alone, what is no short clip. InputError says why."""
    with _opened(path, name):
        pass


def read_clip(path: Path, name: str, check: Callable[[], None]) -> Clip:
    """Its scenes. InputError for what is no short clip, or has no picture that can be read;
    `check` is called before each frame and raises where the run is to end."""
    with _opened(path, name) as container:
        said = _length(container)
        looks = list(_looks(container, name, check))
    if not looks:
        raise InputError("video_empty", name=name)
    end = looks[-1].second + 1 / A_SECOND
    notes = []
    if end > MAX_SECONDS:
        notes.append(message("video_cut", limit=MAX_SECONDS))
    elif said - end > 1:
        notes.append(message("video_truncated", seconds=end, whole=said))
    return Clip(tuple(_scenes(looks, end)), end, tuple(notes))


@contextmanager
def _opened(path: Path, name: str) -> Iterator[Any]:
    """The container, when all that can be known beforehand is in order."""
    import av

    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError("video_heavy", name=name, limit=MAX_BYTES // 1_000_000)
        options = {"format_whitelist": f"{CONTAINERS},{SOUNDS}", "protocol_whitelist": "file"}
        with av.open(str(path), metadata_errors="replace", options=options) as container:
            _check_header(container, name)
            yield container
    except (av.error.FFmpegError, OSError) as error:
        raise InputError("video_broken", name=name, cause=type(error).__name__) from None


def _check_header(container: Any, name: str) -> None:
    stream = _film(container)
    if stream is None:
        raise InputError(
            "video_no_pictures" if container.streams.audio else "video_empty", name=name
        )
    if stream.width * stream.height > MAX_PIXELS:
        raise InputError("picture_large", name=name, limit=MAX_PIXELS // 1_000_000)
    if (seconds := _length(container)) > MAX_SECONDS:
        raise InputError("video_long", name=name, minutes=seconds / 60, limit=MAX_SECONDS)


def _film(container: Any) -> Any:
    """The first stream of moving pictures: a song's cover is none. None if there is none."""
    from av.stream import Disposition

    films = (
        stream
        for stream in container.streams.video
        if not stream.disposition & Disposition.attached_pic
    )
    return next(films, None)


def _length(container: Any) -> float:
    """Seconds, as the header has them; 0 where it does not say."""
    stream = _film(container)
    own = float(stream.duration * stream.time_base) if stream and stream.duration else 0.0
    return max(own, (container.duration or 0) / 1_000_000)


def _looks(container: Any, name: str, check: Callable[[], None]) -> Iterator[Look]:
    """A few frames a second, until the end, the limit, or what cannot be read."""
    stream = _film(container)
    stream.thread_type = "AUTO"
    stream.codec_context.options = {"max_pixels": str(MAX_PIXELS)}
    first, due = None, 0.0
    for number, frame in enumerate(_frames(container, stream)):
        check()
        time = frame.time if frame.time is not None else number / float(stream.average_rate or 25)
        first = time if first is None else first
        if (second := time - first) > MAX_SECONDS:
            return
        if second >= due:
            due = second + 1 / A_SECOND - 1e-3
            yield _look(frame, second)


def _frames(container: Any, stream: Any) -> Iterator[Any]:
    """All that can be decoded; a damaged packet is passed over."""
    import av

    try:
        for packet in container.demux(stream):
            try:
                yield from packet.decode()
            except av.error.FFmpegError:
                continue
    except av.error.FFmpegError:  # a file that breaks off: what was read stays
        return


def _look(frame: Any, second: float) -> Look:
    """Scaled by FFmpeg before it is a picture here, and turned as phones want it."""
    scale = min(1.0, SIDE / max(frame.width, frame.height))
    width, height = (max(1, round(side * scale)) for side in (frame.width, frame.height))
    picture = frame.to_image(width=width, height=height)
    if frame.rotation:
        picture = picture.rotate(frame.rotation, expand=True)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=90)
    tiny = np.asarray(picture.resize((TINY, TINY), reducing_gap=2.0), np.float32) / 255
    return Look(second, file.getvalue(), tiny)


def find_cuts(looks: Sequence[Look]) -> list[int]:
    """The numbers of the looks that begin a new scene; of too many, those of the largest change."""
    changes = [float(np.abs(after.tiny - before.tiny).mean()) for before, after in pairwise(looks)]
    cuts: list[int] = []
    for at, change in enumerate(changes, start=1):
        around = changes[max(0, at - 1 - AROUND) : at + AROUND]
        is_rise = change > max(CUT, RISE * float(np.median(around)))
        if is_rise and at - (cuts[-1] if cuts else 0) >= SHORTEST:
            cuts.append(at)
    return sorted(sorted(cuts, key=lambda at: -changes[at - 1])[: MOST - 1])


def _scenes(looks: Sequence[Look], end: float) -> Iterator[Scene]:
    from PIL import Image

    for first, after in pairwise([0, *find_cuts(looks), len(looks)]):
        middle = looks[(first + after) // 2]
        picture = Image.open(io.BytesIO(middle.jpeg)).convert("RGB")
        until = looks[after].second if after < len(looks) else end
        yield Scene(looks[first].second, until, picture)
