"""Whether a score is good: measured against the shelf itself, since cosines mean little alone.

Most pictures have nothing to do with a query, so their scores show what "nothing to do with it"
looks like. A match must stand out from them, and must score higher than the shelf's best picture
does for a text that says nothing.

Both numbers were chosen on the bundled model and the gallery: 0.94 of the captions that find
their own picture among the first five have a match, and 0.06 of 36 queries such as "mortgage".
Things that are not there but look like some that are (0.67 of ImageNet's other classes) match too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

NULL_TEXTS = ("a picture", "a photo of something", "an image", "图片")  # what says nothing
STANDS_OUT = 3.0  # spreads above the middle
SPREAD = 1.4826  # of the median distance to the middle: a normal distribution's deviation
FEWEST = 8  # pictures; of fewer the middle says nothing


@dataclass(frozen=True)
class Standing:
    """A query's score distribution over its shelf."""

    middle: float  # the median cosine
    spread: float  # robust standard deviation
    null: float  # the best cosine on the shelf of a text that says nothing
    threshold: float  # cosines from here on are matches
    counts: tuple[int, ...]  # a histogram's columns
    low: float  # its left end
    high: float  # its right end


def standing(values: np.ndarray, null: float, columns: int = 32) -> Standing:
    """Of the cosines [N] of one query, N > 0, and the shelf's best for a text that says nothing."""
    middle = float(np.median(values))
    spread = SPREAD * float(np.median(np.abs(values - middle)))
    low, high = float(values.min()), float(values.max())
    counts, _ = np.histogram(values, columns, (low, max(high, low + 1e-6)))
    outstanding = middle + STANDS_OUT * spread if len(values) >= FEWEST else null
    threshold = max(outstanding, null)
    return Standing(middle, spread, null, threshold, tuple(map(int, counts)), low, high)
