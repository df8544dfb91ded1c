"""A video made from pictures on the spot: the tab's example, and what the tests read."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

FRAMES_PER_SECOND = 8
SIZE = (320, 240)  # pixels


def write_video(pictures: Sequence[Image], seconds: float = 2.0) -> bytes:
    """A WebM that shows each picture on white for some seconds, slowly zooming in. Always the same
    bytes for the same pictures: a link's result depends on them."""
    import av

    file = io.BytesIO()
    with av.open(file, "w", format="webm", options={"fflags": "bitexact"}) as container:
        stream = container.add_stream("libvpx", rate=FRAMES_PER_SECOND)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        # Not "realtime": there the encoder is as thorough as the machine is free.
        stream.options = {"deadline": "good", "cpu-used": "2"}
        count = round(seconds * FRAMES_PER_SECOND)
        for picture in pictures:
            for number in range(count):
                frame = av.VideoFrame.from_image(_zoomed(picture, number / count))
                container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return file.getvalue()


def _zoomed(picture: Image, share: float) -> Image:
    """The picture in the middle of a white frame, from 80 to 95 % of its height."""
    from PIL import Image, ImageOps

    side = round(SIZE[1] * (0.8 + 0.15 * share))
    paper = Image.new("RGB", SIZE, "white")
    small = ImageOps.contain(picture, (side, side))
    paper.paste(small, ((SIZE[0] - small.width) // 2, (SIZE[1] - small.height) // 2))
    return paper
