"""Whatever a file claims to be: a picture comes out upright and in RGB, or a plain sentence."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from backend.errors import InputError
from backend.pictures import as_square, on_white, read_picture, read_png_texts, reading, shrink
from tests.backend.pictures.files import encoded, huge_png, picture


def why(data, name="x.jpg"):
    with pytest.raises(InputError) as refused:
        read_picture(data, name)
    return refused.value.message.code


def near(pixel, colour, by=6):
    return all(abs(a - b) <= by for a, b in zip(pixel, colour, strict=True))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "PPM", "AVIF"])
def test_usual_formats_are_read(kind):
    read = read_picture(encoded(picture(), kind))
    assert (read.mode, read.size) == ("RGB", (40, 30))
    assert near(read.getpixel((5, 5)), (200, 30, 40))


def test_heic_is_read_where_pillow_heif_is_installed():
    heif = pytest.importorskip("pillow_heif", reason="needs pillow-heif, as a HEIC file does")
    heif.register_heif_opener()
    assert near(read_picture(encoded(picture((64, 64)), "HEIF")).getpixel((5, 5)), (200, 30, 40), 9)


def test_heic_without_pillow_heif_is_a_clear_no(monkeypatch):
    monkeypatch.setattr(reading, "_can_read_heif", lambda: False)
    assert why(b"\0\0\0\x18ftypheic" + b"\0" * 40) == "no_heic"


def test_a_truncated_jpeg_is_refused():
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (200, 200, 3), np.uint8))
    assert why(encoded(noise, "JPEG")[:-4000]) == "picture_broken"


def test_one_pixel_is_a_picture():
    assert read_picture(encoded(picture((1, 1)))).size == (1, 1)


def test_too_many_pixels_are_refused_before_decoding(monkeypatch):
    monkeypatch.setattr(Image.Image, "load", lambda self: pytest.fail("decoded"))
    assert why(huge_png(30_000)) == "picture_large"  # more than Pillow's own limit
    assert why(huge_png(9_000)) == "picture_large"  # more than ours alone


def test_a_line_is_refused():
    assert why(encoded(picture((2000, 10)))) == "picture_thin"


def test_a_heavy_file_is_refused_unread(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MAX_BYTES", 10)
    file = tmp_path / "heavy.png"
    file.write_bytes(encoded(picture()))
    assert why(file, "") == "picture_heavy"


def test_cmyk_keeps_its_colour():
    cmyk = encoded(picture().convert("CMYK"), "JPEG")
    assert near(read_picture(cmyk).getpixel((5, 5)), (200, 30, 40), 12)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits_are_scaled_not_cut_off(kind):
    ramp = np.linspace(0, 65535, 256).astype(np.uint16).reshape(16, 16)
    read = np.asarray(read_picture(encoded(Image.fromarray(ramp), kind)))[..., 0].ravel()
    assert read[0] == 0 and read[-1] == 255 and abs(int(read[128]) - 128) <= 1


def test_real_numbers_and_nan_are_read():
    values = np.array([[0.0, 0.5], [1.0, np.nan]], np.float32)
    read = np.asarray(read_picture(encoded(Image.fromarray(values), "TIFF")))
    assert read[..., 0].tolist() == [[0, 127], [255, 0]]


def test_a_palette_with_transparency_lies_on_white():
    image = Image.new("P", (4, 4), 1)
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.putpixel((0, 0), 0)
    read = read_picture(encoded(image, "PNG", transparency=0))
    assert read.getpixel((0, 0)) == (255, 255, 255) and read.getpixel((3, 3)) == (0, 0, 255)


def test_of_an_animation_the_first_frame_is_read():
    frames = [picture(colour=colour) for colour in ((255, 0, 0), (0, 255, 0))]
    animated = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert near(read_picture(animated).getpixel((3, 3)), (255, 0, 0))


def test_exif_turns_the_picture():
    exif = Image.Exif()
    exif[274] = 6  # a quarter turn
    image = picture((40, 20))
    image.paste((0, 0, 255), (0, 0, 20, 20))
    turned = read_picture(encoded(image, "PNG", exif=exif))
    assert turned.size == (20, 40) and turned.getpixel((10, 5)) == (0, 0, 255)


def test_a_broken_exif_block_harms_nothing():
    broken = encoded(picture(), "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff")
    assert read_picture(broken).size == (40, 30)


@pytest.mark.parametrize(
    "data",
    [b"", b"hello, I am no picture", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
     b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\xff\xd8\xff"],
    ids=["empty", "text", "postscript", "svg", "three bytes"],
)  # fmt: skip
def test_what_is_no_picture_is_called_so(data):
    assert why(data) == "not_a_picture"


def test_a_missing_file_is_a_sentence(tmp_path):
    assert why(tmp_path / "nothing.png", "") == "picture_broken"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"])
def test_damage_anywhere_is_a_sentence_or_a_picture(kind):
    """Random bytes over a real file: never any other exception."""
    chance = np.random.default_rng(7)
    whole = encoded(picture((60, 60)), kind)
    for _ in range(150):
        data = bytearray(whole)
        for place in chance.integers(0, len(data), 8):
            data[place] = chance.integers(0, 256)
        try:
            read_picture(bytes(data))
        except InputError as refused:
            assert refused.message.code.startswith(("picture_", "not_a_picture"))


def test_shrinking_keeps_the_shape_and_never_enlarges():
    assert shrink(picture((400, 200)), 100).size == (100, 50)
    assert shrink(picture((40, 20)), 100).size == (40, 20)


def test_a_square_holds_the_whole_picture_on_white():
    square = as_square(picture((40, 20)), 40)
    assert square.getpixel((20, 2)) == (255, 255, 255)
    assert near(square.getpixel((1, 20)), (200, 30, 40))


def test_transparent_parts_turn_white():
    assert on_white(Image.new("RGBA", (2, 2), (9, 9, 9, 0))).getpixel((0, 0)) == (255, 255, 255)


def with_brands(data, major, *others):
    """The file with other brands in its first box."""
    size = int.from_bytes(data[:4], "big")
    room = size - 16
    brands = (b"".join(others) + b"MA1B" * room)[:room]
    return data[:8] + major + data[12:16] + brands + data[size:]


@pytest.mark.parametrize("heif_is_there", [True, False])
def test_avif_under_a_brand_of_any_heif_is_read(monkeypatch, heif_is_there):
    if not heif_is_there:
        monkeypatch.setattr(reading, "_can_read_heif", lambda: False)
    still = encoded(picture(), "AVIF")
    moving = encoded(picture(), "AVIF", save_all=True, append_images=[picture(colour=(0, 0, 9))])
    files = [
        with_brands(still, b"mif1", b"avif", b"miaf"),
        with_brands(still, b"mif1", b"miaf", b"avif"),
        with_brands(still, b"msf1", b"avif"),
        with_brands(moving, b"msf1", b"avis", b"avif"),
    ]
    for data in files:
        assert near(read_picture(data).getpixel((5, 5)), (200, 30, 40))


@pytest.mark.parametrize("major", [b"mif1", b"msf1", b"heic"])
def test_heic_under_a_brand_of_any_heif_is_read(major, monkeypatch):
    heif = pytest.importorskip("pillow_heif", reason="needs pillow-heif, as a HEIC file does")
    heif.register_heif_opener()
    data = with_brands(encoded(picture((64, 64)), "HEIF"), major, b"heic")
    assert near(read_picture(data).getpixel((5, 5)), (200, 30, 40), 9)
    monkeypatch.setattr(reading, "_can_read_heif", lambda: False)
    assert why(data) == "no_heic"


def bmp(alphas, header=124):
    """A BMP of one row of pixels of 32 bits, in one colour with these alphas."""
    pixels = b"".join(bytes([40, 30, 200, alpha]) for alpha in alphas)
    head = struct.pack("<IiiHHIIiiII", header, len(alphas), 1, 1, 32, 3 if header > 40 else 0,
                       len(pixels), 2835, 2835, 0, 0)  # fmt: skip
    if header > 40:
        head += struct.pack("<IIII", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    head = head.ljust(header, b"\0")
    start = 14 + len(head)
    return b"BM" + struct.pack("<IHHI", start + len(pixels), 0, 0, start) + head + pixels


@pytest.mark.parametrize("header", [40, 56, 108, 124])
def test_a_bmp_whose_alpha_is_0_throughout_is_opaque(header):
    assert read_picture(bmp([0, 0, 0], header)).getpixel((1, 0)) == (200, 30, 40)
    assert read_picture(bmp([255, 255], header)).getpixel((1, 0)) == (200, 30, 40)


def test_a_bmp_with_an_alpha_of_its_own_lies_on_white():
    read = read_picture(bmp([0, 255]))
    assert [read.getpixel((x, 0)) for x in (0, 1)] == [(255, 255, 255), (200, 30, 40)]


def test_a_png_that_is_transparent_throughout_is_white():
    clear = encoded(Image.new("RGBA", (4, 4), (200, 30, 40, 0)))
    assert read_picture(clear).getpixel((1, 1)) == (255, 255, 255)


def test_the_texts_of_a_png_are_read_within_the_limits_of_a_picture(tmp_path, monkeypatch):
    chunks = PngInfo()
    chunks.add_itxt("key", "日落")
    chunks.add_text("late", "behind the pixels", zip=True)
    file = tmp_path / "a.png"
    file.write_bytes(encoded(picture(), pnginfo=chunks))
    assert read_png_texts(file) == {"key": "日落", "late": "behind the pixels"}
    file.write_bytes(encoded(picture(), "JPEG"))
    with pytest.raises(InputError, match="is not a picture"):
        read_png_texts(file)
    monkeypatch.setattr(Image.Image, "load", lambda self: pytest.fail("decoded"))
    file.write_bytes(huge_png(13_000))
    with pytest.raises(InputError, match="64 million pixels"):
        read_png_texts(file)
