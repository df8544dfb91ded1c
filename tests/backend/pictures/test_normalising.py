"""Pictures of every mode become upright RGB on white, the same in one piece as in bands."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from backend.pictures import normalising
from backend.pictures.normalising import KEPT_SIDE, ORIENTATION, normalised

RANDOM = np.random.default_rng(3)


def noise(mode: str, width: int = 90, height: int = 140) -> Image.Image:
    if mode == "I;16":
        return Image.fromarray(RANDOM.integers(0, 60_000, (height, width)).astype(np.uint16))
    if mode == "I":
        return Image.fromarray(RANDOM.integers(0, 250, (height, width)).astype(np.int32))
    if mode == "F":
        return Image.fromarray(RANDOM.random((height, width)).astype(np.float32))
    colours = Image.fromarray(RANDOM.integers(0, 256, (height, width, 4)).astype(np.uint8), "RGBA")
    return colours if mode == "RGBA" else colours.convert("RGB").convert(mode)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "I", "F"])
@pytest.mark.parametrize("orientation", [1, 6])
def test_bands_make_the_same_picture(
    mode: str, orientation: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = noise(mode)
    picture.getexif()[ORIENTATION] = orientation
    whole = normalised(picture)
    assert whole.mode == "RGB"
    assert whole.size == ((90, 140) if orientation == 1 else (140, 90))
    monkeypatch.setattr(normalising, "BAND_PIXELS", 90 * 16)
    assert normalised(picture).tobytes() == whole.tobytes()


def test_a_palettes_transparent_colour_is_white_in_every_band(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    picture = Image.new("P", (50, 60), 1)
    picture.putpalette([255, 0, 0, 0, 0, 255])
    picture.info["transparency"] = 1
    monkeypatch.setattr(normalising, "BAND_PIXELS", 50 * 7)
    assert normalised(picture).getextrema() == ((255, 255),) * 3


@pytest.mark.parametrize(
    ("width", "height", "size"),
    [
        (KEPT_SIDE * 2 - 1, 10, (KEPT_SIDE * 2 - 1, 10)),
        (KEPT_SIDE * 2, 11, (KEPT_SIDE, 6)),
        (7, KEPT_SIDE * 3, (3, KEPT_SIDE)),
    ],
)
def test_only_very_large_pictures_are_reduced_to_the_mean_of_blocks(
    width: int, height: int, size: tuple[int, int]
) -> None:
    picture = Image.new("RGB", (width, height), (10, 20, 30))
    small = normalised(picture)
    assert small.size == size and small.getextrema() == ((10, 10), (20, 20), (30, 30))


def test_bright_sixteen_bit_grey_is_white_though_its_band_is_dark(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    values = np.zeros((40, 30), np.uint16)
    values[39] = 65_535
    values[0] = 32_768
    monkeypatch.setattr(normalising, "BAND_PIXELS", 30)
    small = np.asarray(normalised(Image.fromarray(values)))
    assert (small[0, 0, 0], small[39, 0, 0]) == (127, 255)
