"""The one colour scale of every heat-map: pale yellow for nothing, through teal, to navy for all;
by night from a little above the paper, through teal, to pale yellow. Nothing is never what shines.

Luminance goes steadily from end to end, so it reads the same to colour-blind eyes, in grey print
and on a washed-out projector; hue only adds to it. The tests hold both properties.
"""

from __future__ import annotations

import math

Stops = tuple[tuple[int, int, int], ...]
STOPS: Stops = (
    (255, 251, 224),
    (207, 236, 188),
    (132, 207, 187),
    (56, 160, 190),
    (32, 98, 160),
    (20, 40, 94),
)
SIGNED_STOPS: Stops = (  # orange below zero, blue above it
    (145, 60, 0),
    (230, 130, 40),
    (248, 247, 243),
    (70, 150, 200),
    (16, 60, 120),
)
DARK_STOPS: Stops = (  # on dark paper
    (28, 38, 60),
    (28, 70, 118),
    (42, 122, 172),
    (88, 184, 190),
    (170, 222, 186),
    (255, 251, 224),
)
DARK_SIGNED_STOPS: Stops = (
    (255, 190, 110),
    (190, 98, 24),
    (30, 38, 54),
    (54, 128, 190),
    (160, 212, 255),
)
DARK_TEXT, LIGHT_TEXT = (0, 0, 0), (255, 255, 255)  # with these one always reaches 4.5 to 1


def heat(value: float, stops: Stops = STOPS) -> str:
    """A weight from 0 to 1 as "#rrggbb"; values outside are clamped, NaN counts as 0."""
    return _hex(_mix(value, stops))


def heat_rgb(value: float) -> tuple[int, int, int]:
    """The same colour as red, green and blue from 0 to 255: for pictures."""
    return _mix(value)


def heat_style(value: float) -> str:
    """The style of an element whose colour is a weight, by day and by night, and of its text. The
    first of each pair is for browsers that know no `light-dark`."""
    day, night = heat(value), heat(value, DARK_STOPS)
    text, night_text = text_on_heat(value), text_on_heat(value, DARK_STOPS)
    return (
        f"background:{day};color:{text};"
        f"background:light-dark({day},{night});color:light-dark({text},{night_text})"
    )


def text_on_heat(value: float, stops: Stops = STOPS) -> str:
    """The text colour with the better contrast on `heat(value)`."""
    background = luminance(_mix(value, stops))
    best = max((DARK_TEXT, LIGHT_TEXT), key=lambda text: contrast(luminance(text), background))
    return _hex(best)


def css_gradient(stops: Stops = STOPS) -> str:
    """A whole scale as CSS, for legends and bars; of one with a sign, zero is in the middle."""
    return f"linear-gradient(90deg, {', '.join(map(_hex, stops))})"


def scale256(stops: Stops = STOPS) -> list[str]:
    """A whole scale as 256 colours, for scripts: of the weights 0, 1/255, ... 1, or of -1 to 1."""
    return [_hex(_mix(index / 255, stops)) for index in range(256)]


def luminance(rgb: tuple[int, int, int]) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2: sRGB made linear, then weighted)."""
    red, green, blue = (_linear(channel / 255) for channel in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: float, second: float) -> float:
    """Contrast ratio of two luminances, 1 to 21 (WCAG 2.2)."""
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _mix(value: float, stops: Stops = STOPS) -> tuple[int, int, int]:
    """The colour at `value` of a scale from 0 to 1, between the two nearest stops."""
    position = (0.0 if math.isnan(value) else min(max(value, 0.0), 1.0)) * (len(stops) - 1)
    index = min(int(position), len(stops) - 2)
    share = position - index
    pairs = zip(stops[index], stops[index + 1], strict=True)
    red, green, blue = (round(low + (high - low) * share) for low, high in pairs)
    return red, green, blue


def _hex(rgb: tuple[int, int, int]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*rgb)
