"""Pictures that the painter's sets do not have: a thing in another colour, two things in one."""

from __future__ import annotations

import numpy as np
from PIL import Image

from training.captions import colour_of

# Hues in 1/256 of a turn.
_HUES = {"red": 0, "orange": 19, "yellow": 38, "green": 90, "blue": 151, "purple": 196, "pink": 236}
_NEAR = 28  # in 1/256 of a turn: shades of the same paint
_COLOURED = 60  # saturation of 255 from which a pixel has a colour
RECOLOURS = (*_HUES, "brown", "black", "gray")
BESIDE = ((0.50, 0.00, 0.25), (0.50, 0.50, 0.25))  # side, left, top of each thing, of the picture's
ABOVE = ((0.50, 0.25, 0.02), (0.58, 0.21, 0.42))


def recoloured(rgba: np.ndarray, colour: str) -> np.ndarray | None:
    """The picture, uint8 [H, W, 4], with its main paint replaced; None where it has no main paint
    that is a colour."""
    hsv = np.asarray(Image.fromarray(rgba[..., :3]).convert("HSV")).astype(np.int16)
    hue = _main_hue(rgba, hsv)
    if hue is None:
        return None
    distance = np.abs((hsv[..., 0] - hue + 128) % 256 - 128)
    painted = (distance < _NEAR) & (hsv[..., 1] > _COLOURED)
    new = np.where(painted[..., None], _repainted(hsv, colour), hsv).astype(np.uint8)
    rgb = np.asarray(Image.fromarray(new, "HSV").convert("RGB"))
    return np.concatenate([rgb, rgba[..., 3:]], axis=2)


def _main_hue(rgba: np.ndarray, hsv: np.ndarray) -> int | None:
    """The hue of the picture's main colour, where that is no gray."""
    if colour_of(rgba) in {None, "black", "white", "gray"}:
        return None
    seen = hsv[(rgba[..., 3] > 200) & (hsv[..., 1] > _COLOURED)][:, 0]
    return int(np.bincount(seen, minlength=256).argmax()) if len(seen) else None


def _repainted(hsv: np.ndarray, colour: str) -> np.ndarray:
    """All pixels in the colour, lighter and darker as they were."""
    value = hsv[..., 2].astype(np.float32)
    full = np.clip(hsv[..., 1] * 1.15, 150, 255)
    hue, saturation, light = {
        "black": (0, 0 * full, 10 + value * 0.2),
        "gray": (0, 0 * full, 40 + value * 0.45),
        "brown": (17, np.clip(full, 150, 200), value * 0.56),
        "orange": (19, full, 110 + value * 0.57),  # darker, it is brown
        "pink": (236, full * 0.42, 120 + value * 0.53),
    }.get(colour, (_HUES.get(colour, 0), full, np.clip(60 + value * 0.8, 0, 255)))
    return np.stack([np.full_like(value, hue), saturation, light], axis=2)


def of_two(first: np.ndarray, second: np.ndarray, above: bool) -> np.ndarray:
    """Two pictures, uint8 [S, S, 4], in one: beside each other, or the first on the second."""
    size = len(first)
    whole = Image.new("RGBA", (size, size), (255, 255, 255, 0))
    places = ABOVE if above else BESIDE
    for rgba, (side, left, top) in reversed(list(zip((first, second), places, strict=True))):
        thing = Image.fromarray(rgba).resize((round(side * size),) * 2, Image.Resampling.LANCZOS)
        whole.alpha_composite(thing, (round(left * size), round(top * size)))
    return np.asarray(whole)
