"""Pictures of things in other colours, and of two things."""

from __future__ import annotations

import numpy as np
import pytest

from tests.training.conftest import draw
from training.captions import colour_of
from training.painter_scenes import RECOLOURS, of_two, recoloured


@pytest.mark.parametrize("colour", RECOLOURS)
@pytest.mark.parametrize("own", ["red", "green", "blue"])
def test_a_repainted_thing_has_the_colour_and_its_shape(own: str, colour: str) -> None:
    rgba = draw("circle", own)
    new = recoloured(rgba, colour)
    assert new is not None and colour_of(new) == colour
    np.testing.assert_array_equal(new[..., 3], rgba[..., 3])


def test_only_the_main_paint_is_replaced() -> None:
    rgba = draw("circle", "blue").copy()
    rgba[100:120, 100:120] = (255, 255, 0, 255)
    new = recoloured(rgba, "red")
    assert new is not None
    np.testing.assert_allclose(new[110, 110].astype(int), (255, 255, 0, 255), atol=8)
    assert new[60, 110, 0] > 200 and new[60, 110, 2] < 60


def test_what_has_no_colour_is_not_repainted() -> None:
    assert recoloured(draw("circle", "black"), "red") is None
    assert recoloured(np.zeros((224, 224, 4), np.uint8), "red") is None


def columns_and_rows(rgba: np.ndarray, channel: int) -> tuple[float, float]:
    """The middle of what is drawn in a colour: red (0) or blue (2)."""
    own = (rgba[..., 3] > 128) & (rgba[..., channel] > 128) & (rgba[..., 2 - channel] < 100)
    rows, columns = own.nonzero()
    return float(columns.mean()), float(rows.mean())


@pytest.mark.parametrize("above", [False, True])
def test_both_things_are_there_in_their_order(above: bool) -> None:
    whole = of_two(draw("circle", "red"), draw("square", "blue"), above)
    assert whole.shape == (224, 224, 4)
    (red_x, red_y), (blue_x, blue_y) = columns_and_rows(whole, 0), columns_and_rows(whole, 2)
    if above:
        assert red_y < blue_y - 50 and abs(red_x - blue_x) < 10
    else:
        assert red_x < blue_x - 50 and abs(red_y - blue_y) < 10
