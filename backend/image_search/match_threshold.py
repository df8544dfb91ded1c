"""From which cosine on a picture matches a query.

The bundled encoder has a level for texts (`backend/models/search_encoder/match_level.py`). What
other encoders' cosines mean nobody has measured here, and a picture or a difference of texts is
another kind of query. There the pictures that have nothing to do with the query say what a match
is, as most of the gallery's have: a match must stand out from them, and score higher than the best
picture does for a text that says nothing. A visitor's collection may be small, or all alike; there
the gallery's pictures are the yardstick, where the model's vectors of them came with the app.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

NULL_TEXTS = ("a picture", "a photo of something", "an image")  # they say nothing
DEVIATIONS = 3.0  # robust standard deviations above the index's own median
STANDS_OUT = 2.5  # the same above the yardstick's
MAD_TO_DEVIATION = 1.4826  # median absolute deviation -> standard deviation of a normal one
MIN_PICTURES = 8  # of fewer, the median says nothing


@dataclass(frozen=True)
class MatchThreshold:
    """A query's threshold, and the distribution of its cosines over the index."""

    value: float  # cosines from here on are matches
    median: float
    deviation: float  # robust standard deviation
    null_cosine: float  # the best cosine in the index of a text that says nothing
    counts: tuple[int, ...]  # a histogram of the cosines, from `low` to `high`
    low: float
    high: float


def match_threshold(
    cosines: np.ndarray,
    null_cosine: float,
    yardstick: np.ndarray | None = None,
    level: float | None = None,
    columns: int = 32,
) -> MatchThreshold:
    """The threshold for one query's cosines [N], N > 0. `yardstick` are those of pictures of all
    kinds, where there are any; `level` is the encoder's own threshold for this query, where it has
    one; `columns` are the histogram's."""
    median, deviation = middle_of(cosines)
    low, high = float(cosines.min()), float(cosines.max())
    counts, _ = np.histogram(cosines.astype(np.float64), columns, (low, max(high, low + 1e-6)))
    if level is not None:
        value = level
    elif yardstick is not None:
        usual, spread = middle_of(yardstick)
        value = usual + STANDS_OUT * spread
    elif len(cosines) >= MIN_PICTURES:
        value = max(median + DEVIATIONS * deviation, null_cosine)
    else:
        value = null_cosine
    return MatchThreshold(value, median, deviation, null_cosine, tuple(map(int, counts)), low, high)


def middle_of(cosines: np.ndarray) -> tuple[float, float]:
    """Their median and their robust standard deviation."""
    median = float(np.median(cosines))
    return median, MAD_TO_DEVIATION * float(np.median(np.abs(cosines - median)))
