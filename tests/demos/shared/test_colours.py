"""The heat scale can be read by everybody."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from demos.shared.colours import (
    DARK_STOPS,
    STOPS,
    contrast,
    heat,
    heat_rgb,
    heat_style,
    luminance,
    scale256,
    text_on_heat,
)

STEPS = [step / 100 for step in range(101)]


def rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def test_more_is_darker_all_along() -> None:
    luminances = [luminance(rgb(heat(value))) for value in STEPS]
    assert all(first > second for first, second in itertools.pairwise(luminances))


def test_the_scale_that_scripts_read_is_the_same_one() -> None:
    from demos.shared import theme

    assert scale256()[0] == heat(0) and scale256()[255] == heat(1)
    sent = theme.head().split('id="st-scale">')[1].split("</script>")[0]
    assert json.loads(sent) == scale256() and len(scale256()) == 256


@pytest.mark.parametrize("value", STEPS)
def test_text_on_every_colour_has_enough_contrast(value: float) -> None:
    background, text = rgb(heat(value)), rgb(text_on_heat(value))
    assert contrast(luminance(background), luminance(text)) >= 4.5


def test_the_ends_are_far_apart() -> None:
    assert contrast(luminance(STOPS[0]), luminance(STOPS[-1])) > 10


# Viénot, Brettel and Mollon 1999: what a protanope and a deuteranope see, in linear RGB.
PROTAN = ((0.11238, 0.88762, 0.0), (0.11238, 0.88762, 0.0), (0.00401, -0.00401, 1.0))
DEUTAN = ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0))


@pytest.mark.parametrize("matrix", [PROTAN, DEUTAN])
def test_colour_blind_eyes_see_more_as_darker_too(matrix: tuple[tuple[float, ...], ...]) -> None:
    def seen(value: float) -> float:
        linear = [((channel / 255 + 0.055) / 1.055) ** 2.4 for channel in rgb(heat(value))]
        red, green, blue = (sum(m * c for m, c in zip(row, linear, strict=True)) for row in matrix)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    values = [seen(value) for value in STEPS[::5]]
    assert all(first > second for first, second in itertools.pairwise(values))


@pytest.mark.parametrize(("value", "same_as"), [(-1.0, 0.0), (2.0, 1.0), (float("nan"), 0.0)])
def test_values_outside_are_clamped(value: float, same_as: float) -> None:
    assert heat(value) == heat(same_as)


def test_the_colour_for_pictures_is_that_of_the_page() -> None:
    assert all(heat_rgb(value) == rgb(heat(value)) for value in STEPS)


PAPER = {"day": (255, 255, 255), "night": (22, 30, 43)}  # --st-paper


def test_by_night_more_is_brighter_all_along() -> None:
    luminances = [luminance(rgb(heat(value, DARK_STOPS))) for value in STEPS]
    assert all(first < second for first, second in itertools.pairwise(luminances))


@pytest.mark.parametrize(("light", "stops"), [("day", STOPS), ("night", DARK_STOPS)])
def test_zero_is_nearest_to_the_paper_and_one_far_from_it(light: str, stops: Any) -> None:
    paper = luminance(PAPER[light])
    apart = [contrast(luminance(rgb(heat(value, stops))), paper) for value in (0, 0.5, 1)]
    assert apart == sorted(apart)
    assert apart[0] < 1.5 and apart[2] > 10


@pytest.mark.parametrize("value", STEPS)
def test_text_has_enough_contrast_by_night_too(value: float) -> None:
    background, text = rgb(heat(value, DARK_STOPS)), rgb(text_on_heat(value, DARK_STOPS))
    assert contrast(luminance(background), luminance(text)) >= 4.5


def test_a_cell_brings_its_colours_for_both_lights() -> None:
    style = heat_style(0.0)
    assert f"background:light-dark({heat(0)},{heat(0, DARK_STOPS)})" in style
    assert style.startswith(f"background:{heat(0)};")  # for browsers without light-dark


def test_scripts_are_handed_the_dark_scales_too() -> None:
    from demos.shared import theme

    sent = theme.head().split('id="st-scale-dark">')[1].split("</script>")[0]
    assert json.loads(sent) == scale256(DARK_STOPS)
