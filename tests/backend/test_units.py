"""backend/units.py."""

import pytest

from backend.units import bytes_in_words, parameters_in_words


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1_000, "1.0 kB"),
        (19_000_000, "19 MB"),
        (1_503_300_328, "1.5 GB"),
        (85_000_000_000, "85 GB"),
        (2.5e6, "2.5 MB"),
    ],
)
def test_bytes_are_said_in_decimal_units(count, words):
    assert bytes_in_words(count) == words


@pytest.mark.parametrize(
    ("count", "words"),
    [(134_515_008, "135 M"), (596_049_920, "596 M"), (4_022_468_096, "4.0 B")],
)
def test_parameters_are_said_in_millions_and_billions(count, words):
    assert parameters_in_words(count) == words


@pytest.mark.parametrize(("count", "words"), [(4_600_000, "4.6 M"), (82_000, "82 k")])
def test_small_models_keep_a_meaningful_digit(count, words):
    assert parameters_in_words(count) == words
