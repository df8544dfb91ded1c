"""Videos and sounds made on the spot by PyAV, good and bad."""

from __future__ import annotations

import io
from fractions import Fraction

import av
import numpy as np
from PIL import Image


def video(colours, seconds=1.0, rate=8, size=(64, 48), kind="mp4", codec="mpeg4", number=None):
    """Each colour for some seconds; `number` is the stream's in MPEG-TS."""
    file = io.BytesIO()
    with av.open(file, "w", format=kind) as container:
        stream = container.add_stream(codec, rate=rate)
        stream.id = stream.id if number is None else number
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for colour in colours:
            for _ in range(round(seconds * rate)):
                frame = av.VideoFrame.from_image(Image.new("RGB", size, colour))
                container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return file.getvalue()


def frames(pictures, rate=8, kind="mp4", codec="mpeg4"):
    """One frame a picture."""
    file = io.BytesIO()
    with av.open(file, "w", format=kind) as container:
        stream = container.add_stream(codec, rate=rate)
        stream.width, stream.height, stream.pix_fmt = *pictures[0].size, "yuv420p"
        for picture in pictures:
            container.mux(stream.encode(av.VideoFrame.from_image(picture)))
        container.mux(stream.encode())
    return file.getvalue()


def slides(colours, seconds, rate=10, kind="mp4", codec="mpeg4"):
    """One frame a colour, so many seconds after one another."""
    file = io.BytesIO()
    with av.open(file, "w", format=kind) as container:
        stream = container.add_stream(codec, rate=rate)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.codec_context.time_base = Fraction(1, rate)
        for number, colour in enumerate(colours):
            frame = av.VideoFrame.from_image(Image.new("RGB", (64, 48), colour))
            frame.pts, frame.time_base = round(number * seconds * rate), Fraction(1, rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return file.getvalue()


def anamorphic(picture, aspect, kind="mp4", codec="mpeg4", turn=0):
    """A few frames whose pixels are `aspect` times as wide as high, to be turned by degrees."""
    file = io.BytesIO()
    with av.open(file, "w", format=kind) as container:
        stream = container.add_stream(codec, rate=8)
        stream.width, stream.height, stream.pix_fmt = *picture.size, "yuv420p"
        stream.sample_aspect_ratio = aspect
        if turn:
            stream.set_display_rotation(turn)
        for _ in range(8):
            container.mux(stream.encode(av.VideoFrame.from_image(picture)))
        container.mux(stream.encode())
    return file.getvalue()


def animated(colours, milliseconds, kind="GIF"):
    """An animation that shows each colour for so many milliseconds, one number for all or each."""
    pictures = [Image.new("RGB", (64, 48), colour) for colour in colours]
    file = io.BytesIO()
    pictures[0].save(file, kind, save_all=True, append_images=pictures[1:], duration=milliseconds)
    return file.getvalue()


def stretched(seconds, kind="matroska"):
    """Two frames, the second of them so many seconds after the first: a few kilobytes."""
    file = io.BytesIO()
    with av.open(file, "w", format=kind) as container:
        stream = container.add_stream("mpeg4", rate=1)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1)
        for second in (0, seconds):
            frame = av.VideoFrame.from_image(Image.new("RGB", (64, 48), "red"))
            frame.pts, frame.time_base = second, Fraction(1, 1)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return file.getvalue()


def sound(cover=False):
    """A second of silence as WAV; with a cover as MP3, whose picture is a stream of video."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp3" if cover else "wav") as container:
        stream = container.add_stream("mp3" if cover else "pcm_s16le", rate=16_000)
        picture = container.add_stream("png", rate=1) if cover else None
        if picture:
            picture.width, picture.height, picture.pix_fmt = 64, 64, "rgb24"
            picture.disposition = av.stream.Disposition.attached_pic.value
            container.mux(picture.encode(av.VideoFrame.from_image(Image.new("RGB", (64, 64)))))
        for _ in range(10):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 1600), np.int16), "s16", "mono")
            frame.rate = 16_000
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return file.getvalue()


def frameless():
    """A container that promises a film and has no frame of it."""
    file = io.BytesIO()
    with av.open(file, "w", format="avi") as container:
        stream = container.add_stream("mpeg4", rate=8)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        container.start_encoding()
    return file.getvalue()
