"""From which cosine on a picture matches a query. Cosines mean little alone: the threshold is set
by the scores of the index itself.

Most pictures have nothing to do with a query, so their scores show what "nothing to do with it"
looks like. A match must stand out from them, and must score higher than the best picture of the
index does for a text that says nothing.

Both numbers were chosen on the bundled model and the gallery: 0.94 of the captions that find
their own picture among the first five have a match, and 0.06 of 36 queries such as "mortgage".
Things that are not there but look like some that are (0.67 of ImageNet's other classes) match too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

NULL_TEXTS = ("a picture", "a photo of something", "an image", "图片")  # they say nothing
DEVIATIONS = 3.0  # robust standard deviations above the median
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


def match_threshold(cosines: np.ndarray, null_cosine: float, columns: int = 32) -> MatchThreshold:
    """The threshold for one query's cosines [N], N > 0; `columns` are the histogram's."""
    median = float(np.median(cosines))
    deviation = MAD_TO_DEVIATION * float(np.median(np.abs(cosines - median)))
    low, high = float(cosines.min()), float(cosines.max())
    counts, _ = np.histogram(cosines, columns, (low, max(high, low + 1e-6)))
    is_many = len(cosines) >= MIN_PICTURES
    outstanding = median + DEVIATIONS * deviation if is_many else null_cosine
    value = max(outstanding, null_cosine)
    return MatchThreshold(value, median, deviation, null_cosine, tuple(map(int, counts)), low, high)
