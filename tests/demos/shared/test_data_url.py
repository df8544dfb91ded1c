"""A picture as a `data:` URL, whichever form it comes in."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image

from demos.shared.html import data_url


def opened(url: str, kind: str) -> Image.Image:
    data = url.removeprefix(f"data:image/{kind};base64,")
    return Image.open(io.BytesIO(base64.b64decode(data, validate=True)))


@pytest.mark.parametrize(("kind", "form"), [("jpeg", "JPEG"), ("png", "PNG"), ("webp", "WEBP")])
def test_an_image_is_encoded_and_made_no_larger_than_asked(kind: str, form: str) -> None:
    picture = Image.new("RGB", (200, 100), "red")
    with opened(data_url(picture, kind, max_side=50), kind) as small:
        assert small.format == form and small.size == (50, 25)
    with opened(data_url(picture, kind), kind) as whole:
        assert whole.size == picture.size == (200, 100)


def test_png_keeps_what_is_transparent_and_jpeg_does_not_fail_on_it() -> None:
    picture = Image.new("RGBA", (4, 4), (255, 0, 0, 60))
    with opened(data_url(picture, "png"), "png") as kept:
        assert kept.getpixel((0, 0)) == (255, 0, 0, 60)
    with opened(data_url(picture), "jpeg") as dropped:
        assert dropped.mode == "RGB"


def test_bytes_are_a_file_already() -> None:
    assert data_url(b"abc", "webp") == "data:image/webp;base64,YWJj"
