"""A short video from outside, read safely: its scenes, and a picture from each.

Read by PyAV (FFmpeg). Only the containers named here are opened, and none that can name other
files or addresses (playlists). What the header says about size and length is checked first and not
trusted: reading stops at the limits.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from backend.captioning.results import Scene, Video
from backend.errors import InputError
from backend.messages import message
from backend.pictures import MAX_PIXELS

if TYPE_CHECKING:
    from av import VideoFrame
    from av.container import InputContainer
    from av.video.stream import VideoStream

MAX_SECONDS = 120
MAX_BYTES = 100_000_000
MAX_SCENES = 12
CONTAINERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,gif,mpeg,mpegts,flv,asf,ogg"
SOUNDS = "wav,mp3,flac,aac"  # opened only to say that they have no pictures
SAMPLES_PER_SECOND = 4  # frames that are looked at
MAX_SIDE = 480  # pixels on the longer side of what is kept
THUMBNAIL = 16  # pixels on a side of what is compared
MIN_CHANGE = 0.03  # mean change of colour, of 0..1, between two samples that may begin a scene
MIN_RISE = 3.0  # ... and so many times the median around it: a shaking camera is no new scene
NEIGHBOURS = 6  # changes before and after that the median is of
MIN_SAMPLES = 3  # in a scene: fewer are a flash, or the middle of a fade


@dataclass(frozen=True)
class Sample:
    """One frame."""

    second: float
    jpeg: bytes
    thumbnail: np.ndarray  # [THUMBNAIL, THUMBNAIL, 3] of 0..1


def check_video(path: Path, name: str) -> None:
    """InputError for what is no short video, by its size and header alone."""
    with _opened(path, name):
        pass


def read_video(path: Path, name: str, check: Callable[[], None]) -> Video:
    """Its scenes. InputError for what is no short video, or has no picture that can be read;
    `check` is called before each frame, and raises where the run has to end."""
    with _opened(path, name) as container:
        declared = _seconds(container)
        samples = list(_samples(container, check))
    if not samples:
        raise InputError("video_empty", name=name)
    end = samples[-1].second + 1 / SAMPLES_PER_SECOND
    notes = []
    if end > MAX_SECONDS:
        notes.append(message("video_cut", limit=MAX_SECONDS))
    elif declared - end > 1:
        notes.append(message("video_truncated", seconds=end, whole=declared))
    return Video(tuple(_scenes(samples, end)), end, tuple(notes))


@contextmanager
def _opened(path: Path, name: str) -> Iterator[InputContainer]:
    """The container, once its size and header are known to be in order."""
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


def _check_header(container: InputContainer, name: str) -> None:
    stream = _video_stream(container)
    if stream is None:
        raise InputError(
            "video_no_pictures" if container.streams.audio else "video_empty", name=name
        )
    if stream.width * stream.height > MAX_PIXELS:
        raise InputError("picture_large", name=name, limit=MAX_PIXELS // 1_000_000)
    if (seconds := _seconds(container)) > MAX_SECONDS:
        raise InputError("video_long", name=name, minutes=seconds / 60, limit=MAX_SECONDS)


def _video_stream(container: InputContainer) -> VideoStream | None:
    """The first stream of moving pictures, if there is one; a song's cover is none."""
    from av.stream import Disposition

    moving = (
        stream
        for stream in container.streams.video
        if not stream.disposition & Disposition.attached_pic
    )
    return next(moving, None)


def _seconds(container: InputContainer) -> float:
    """Seconds, as the header has them; 0 where it does not say."""
    stream = _video_stream(container)
    of_stream = (stream.duration or 0) * (stream.time_base or 0) if stream else 0
    return max(float(of_stream), (container.duration or 0) / 1_000_000)


def _samples(container: InputContainer, check: Callable[[], None]) -> Iterator[Sample]:
    """A few frames a second, until the end, the limit, or what cannot be read."""
    stream = _video_stream(container)
    assert stream  # the header was checked
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
            due = second + 1 / SAMPLES_PER_SECOND - 1e-3
            yield _sample(frame, second)


def _frames(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    """All that can be decoded; a damaged packet is skipped."""
    import av

    try:
        for packet in container.demux(stream):
            try:
                yield from packet.decode()
            except av.error.FFmpegError:
                continue
    except av.error.FFmpegError:  # a file that breaks off: what was read stays
        return


def _sample(frame: VideoFrame, second: float) -> Sample:
    """Scaled by FFmpeg before it becomes a picture here, and rotated as phones ask for."""
    scale = min(1.0, MAX_SIDE / max(frame.width, frame.height))
    width, height = (max(1, round(side * scale)) for side in (frame.width, frame.height))
    picture = frame.to_image(width=width, height=height)
    if frame.rotation:
        picture = picture.rotate(frame.rotation, expand=True)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=90)
    small = picture.resize((THUMBNAIL, THUMBNAIL), reducing_gap=2.0)
    return Sample(second, file.getvalue(), np.asarray(small, np.float32) / 255)


def find_cuts(samples: Sequence[Sample]) -> list[int]:
    """The numbers of the samples that begin a new scene; of too many, those with the largest
    change."""
    changes = [
        float(np.abs(after.thumbnail - before.thumbnail).mean())
        for before, after in pairwise(samples)
    ]
    cuts: list[int] = []
    for at, change in enumerate(changes, start=1):
        around = changes[max(0, at - 1 - NEIGHBOURS) : at + NEIGHBOURS]
        is_rise = change > max(MIN_CHANGE, MIN_RISE * float(np.median(around)))
        if is_rise and at - (cuts[-1] if cuts else 0) >= MIN_SAMPLES:
            cuts.append(at)
    return sorted(sorted(cuts, key=lambda at: -changes[at - 1])[: MAX_SCENES - 1])


def _scenes(samples: Sequence[Sample], end: float) -> Iterator[Scene]:
    from PIL import Image

    for first, after in pairwise([0, *find_cuts(samples), len(samples)]):
        middle = samples[(first + after) // 2]
        picture = Image.open(io.BytesIO(middle.jpeg)).convert("RGB")
        until = samples[after].second if after < len(samples) else end
        yield Scene(samples[first].second, until, picture)
