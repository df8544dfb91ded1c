"""A short video from outside, read safely: its scenes, and a picture from each.

Read by PyAV (FFmpeg). Only the containers named here are opened, and none that can name other
files or addresses (playlists). What the header says about size and length is checked first and not
trusted: reading stops at the limits.
"""

from __future__ import annotations

import io
import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from backend.captioning.display_time import display_times
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
RESTARTING = ("mpegts", "mpeg")  # streams that can be joined by laying one behind the other
MAX_LOST = 0.25  # of the video: more is said
SAMPLES_PER_SECOND = 4  # looks at what is on display
EARLY = 1e-3  # seconds by which a timestamp may be rounded up
MAX_SIDE = 480  # pixels on the longer side of what is kept
MAX_ASPECT = 8  # of a pixel's sides: more is a mistake in the header
THUMBNAIL = 16  # pixels on a side of what is compared
MIN_CHANGE = 0.03  # between two samples that may begin a scene
MIN_RISE = 3.0  # ... and so many times the median around it: a shaking camera is no new scene
NEIGHBOUR_SECONDS = 1.7  # before and after, of the changes that the median is of
MIN_SECONDS = 0.65  # of a scene, about three looks: less is a flash, or the middle of a fade
SLIDE_CHANGE = 0.1  # after a picture that stands so long: enough, even if every change is as large


@dataclass(frozen=True)
class Sample:
    """One frame, on display from its second until the next sample's."""

    second: float
    jpeg: bytes
    thumbnail: np.ndarray  # [THUMBNAIL, THUMBNAIL, 3] of 0..1


@dataclass
class Watch:
    """What was seen: the frames on display at each look, the second at which the last frame ends,
    the packets that were read, and those of them that could not be decoded."""

    samples: list[Sample] = field(default_factory=list)
    end: float = 0.0
    packets: int = 0
    lost: int = 0
    place: int = 0  # in the file, of the last packet that became a picture

    def lost_in(self, container: InputContainer) -> float:
        """The share of the video that could not be decoded. A decoder may be silent about what is
        coded in another way: of joined streams what counts is how far in the file it came."""
        by_packets = self.lost / max(self.packets, 1)
        if container.format.name not in RESTARTING or container.size <= 0:
            return by_packets
        return max(by_packets, 1 - self.place / container.size)


def check_video(path: Path, name: str) -> None:
    """InputError for what is no short video, by its size and header alone."""
    with _opened(path, name):
        pass


def read_video(path: Path, name: str, check: Callable[[], None]) -> Video:
    """Its scenes. InputError for what is no short video, or has no picture that can be read;
    `check` is called before each frame, and raises where the run has to end."""
    with _opened(path, name) as container:
        declared = _seconds(container)
        streams = len(_video_streams(container))
        watch = _watch(container, check)
        share_lost = watch.lost_in(container)
    samples, watched = watch.samples, watch.end
    if not samples:
        raise InputError("video_empty", name=name)
    end = min(watched, MAX_SECONDS)
    notes = []
    if watched - MAX_SECONDS > 1 / SAMPLES_PER_SECOND:
        notes.append(message("video_cut", limit=MAX_SECONDS))
    elif declared - end > 1:
        notes.append(message("video_truncated", seconds=end, whole=declared))
    if share_lost > MAX_LOST and watched < MAX_SECONDS and streams == 1:
        notes.append(message("video_damaged", share=share_lost))
    if len(cuts := find_cuts(samples)) >= MAX_SCENES:
        notes.append(message("video_scenes", count=len(cuts) + 1, limit=MAX_SCENES))
    if streams > 1:
        notes.append(message("video_streams", count=streams))
    return Video(tuple(_scenes(samples, largest(samples, cuts), end)), end, tuple(notes))


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
    if not (streams := _video_streams(container)):
        raise InputError(
            "video_no_pictures" if container.streams.audio else "video_empty", name=name
        )
    stream = streams[0]
    if stream.width * stream.height > MAX_PIXELS:
        raise InputError("picture_large", name=name, limit=MAX_PIXELS // 1_000_000)
    if (seconds := _seconds(container)) > MAX_SECONDS:
        raise InputError("video_long", name=name, minutes=seconds / 60, limit=MAX_SECONDS)


def _video_streams(container: InputContainer) -> list[VideoStream]:
    """The streams of moving pictures, of which the first is looked at; a song's cover is none, nor
    is one in a codec that FFmpeg does not know."""
    from av.stream import Disposition

    return [
        stream
        for stream in container.streams.video
        if stream.codec_context and not stream.disposition & Disposition.attached_pic
    ]


def _seconds(container: InputContainer) -> float:
    """Seconds, as the header has them; 0 where it does not say, and for streams whose timestamps
    may start again in the middle: first and last say nothing about their length then."""
    if container.format.name in RESTARTING:
        return 0.0
    of_streams = ((one.duration or 0) * (one.time_base or 0) for one in _video_streams(container))
    return max(float(next(of_streams, 0)), (container.duration or 0) / 1_000_000)


def _watch(container: InputContainer, check: Callable[[], None]) -> Watch:
    """Looks at the video until its end, the limit, or what cannot be read."""
    stream = _video_streams(container)[0]
    stream.thread_type = "AUTO"
    stream.codec_context.options = {"max_pixels": str(MAX_PIXELS)}
    aspect = _aspect(stream)
    watch, look = Watch(), 0
    usual = 1 / float(stream.average_rate or 25)
    for shown in display_times(_frames(container, stream, watch), usual):
        check()
        if shown.start > MAX_SECONDS:
            break
        watch.end = shown.end
        if (passed := math.ceil((shown.end - EARLY) * SAMPLES_PER_SECOND)) > look:
            look = passed
            watch.samples.append(_sample(shown.frame, shown.start, aspect))
    return watch


def _aspect(stream: VideoStream) -> float:
    """Width of a pixel by its height: 1 but for anamorphic videos, and where it makes no sense."""
    aspect = float(stream.sample_aspect_ratio or 1)
    return aspect if 1 / MAX_ASPECT <= aspect <= MAX_ASPECT else 1.0


def _frames(container: InputContainer, stream: VideoStream, watch: Watch) -> Iterator[VideoFrame]:
    """All that can be decoded; a damaged packet is skipped, and counted."""
    import av

    try:
        for packet in container.demux(stream):
            watch.packets += 1
            try:
                for frame in packet.decode():
                    watch.place = packet.pos or watch.place
                    yield frame
            except av.error.FFmpegError:
                watch.lost += 1
    except av.error.FFmpegError:  # a file that breaks off: what was read stays
        return


def _sample(frame: VideoFrame, second: float, aspect: float) -> Sample:
    """Scaled to its true shape by FFmpeg before it becomes a picture here, and rotated as phones
    ask for."""
    sides = frame.width * aspect, frame.height
    scale = min(1.0, MAX_SIDE / max(sides))
    width, height = (max(1, round(side * scale)) for side in sides)
    picture = frame.to_image(width=width, height=height)
    if frame.rotation:
        picture = picture.rotate(frame.rotation, expand=True)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=90)
    small = picture.resize((THUMBNAIL, THUMBNAIL), reducing_gap=2.0)
    return Sample(second, file.getvalue(), np.asarray(small, np.float32) / 255)


def find_cuts(samples: Sequence[Sample]) -> list[int]:
    """The numbers of the samples that begin a new scene."""
    changes = [_change(before, after) for before, after in pairwise(samples)]
    seconds = [sample.second for sample in samples]
    cuts: list[int] = []
    for at in range(1, len(samples)):
        is_long = seconds[at] - seconds[cuts[-1] if cuts else 0] >= MIN_SECONDS
        if is_long and _lasting_change(samples, seconds, at) > _least_change(changes, seconds, at):
            cuts.append(at)
    return cuts


def largest(samples: Sequence[Sample], cuts: Sequence[int]) -> list[int]:
    """Of too many cuts those with the largest change, in order."""
    by_change = sorted(cuts, key=lambda at: -_change(samples[at - 1], samples[at]))
    return sorted(by_change[: MAX_SCENES - 1])


def _change(before: Sample, after: Sample) -> float:
    """Mean change of colour, of 0..1."""
    return float(np.abs(after.thumbnail - before.thumbnail).mean())


def _lasting_change(samples: Sequence[Sample], seconds: Sequence[float], at: int) -> float:
    """The change to sample `at`, no more than what is left of it on either side of a flash."""
    earlier = max(0, bisect_right(seconds, seconds[at] - MIN_SECONDS) - 1)
    later = bisect_right(seconds, seconds[at] + MIN_SECONDS) - 1
    pairs = (at - 1, at), (at - 1, later), (earlier, at)
    return min(_change(samples[before], samples[after]) for before, after in pairs)


def _least_change(changes: Sequence[float], seconds: Sequence[float], at: int) -> float:
    """What the change to sample `at` must exceed to begin a scene."""
    first = bisect_left(seconds, seconds[at] - NEIGHBOUR_SECONDS, lo=1)
    after = bisect_right(seconds, seconds[at] + NEIGHBOUR_SECONDS)
    around = changes[first - 1 : after - 1]
    least = MIN_RISE * float(np.median(around)) if len(around) > 1 else 0.0
    if seconds[at] - seconds[at - 1] >= MIN_SECONDS:
        least = min(least, SLIDE_CHANGE)
    return max(MIN_CHANGE, least)


def _scenes(samples: Sequence[Sample], cuts: Sequence[int], end: float) -> Iterator[Scene]:
    from PIL import Image

    seconds = [sample.second for sample in samples]
    for first, after in pairwise([0, *cuts, len(samples)]):
        start, until = seconds[first], seconds[after] if after < len(samples) else end
        middle = _middle(samples[first:after], (start + until) / 2)
        yield Scene(start, until, Image.open(io.BytesIO(middle.jpeg)).convert("RGB"))


def _middle(samples: Sequence[Sample], second: float) -> Sample:
    """What is on display at that second; where that is a flash, what is before it."""
    seconds = [sample.second for sample in samples]
    moments = second, second - MIN_SECONDS, second + MIN_SECONDS
    places = (bisect_right(seconds, moment + EARLY) - 1 for moment in moments)
    middle, before, after = (samples[max(0, place)] for place in places)
    differs = min(_change(before, middle), _change(middle, after))
    return before if differs > MIN_CHANGE + _change(before, after) else middle
