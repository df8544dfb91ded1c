"""From which cosine on a picture matches a text of the bundled encoder.

Its cosines mean the same for one text as for another, so a plain level tells a thing that is there
from one that is not better than how far a picture stands out from others does. The level rises with
the number of pictures: the best of many that have nothing to do with a text is nearer to it than
the best of a few. Chinese texts come over the bridge, and lie nearer to all pictures. The
gallery's pictures lie farther from all texts than those of the sets that the encoder learnt from;
of a visitor's nobody knows which they are more like, and their level lies half way between. So the
gallery has a lower level of its own in Chinese, without which too many captions that found their
picture were turned away. In English it keeps the common one: at a lower one, texts about nothing
that can be seen would match.

`python -m training.match_level` finds the numbers, where as many texts about what is there are
turned away as texts about what is not are taken; `python -m benchmarks.match_threshold` judges them
by others.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from backend.models.search_encoder.chinese_texts import has_chinese


@dataclass(frozen=True)
class MatchLevel:
    """A cosine for one picture, and how much it rises with the logarithm of their number."""

    of_one: float
    rise: float

    def among(self, pictures: int) -> float:
        """The level for the best of so many pictures, 1 or more."""
        return self.of_one + self.rise * math.log(pictures)


ENGLISH = MatchLevel(0.189, 0.0329)
CHINESE = MatchLevel(0.214, 0.0378)
# 0.172 by the command, a little more here: at that, "time difference" matched a clock
GALLERY_CHINESE = MatchLevel(0.179, 0.0379)


def match_level(texts: Sequence[str], pictures: int, in_gallery: bool = False) -> float:
    """The level for texts that are searched for together, among so many pictures: a visitor's, or
    those of the gallery."""
    if not any(map(has_chinese, texts)):
        return ENGLISH.among(pictures)
    return bridged_match_level(texts, pictures, in_gallery)


def bridged_match_level(texts: Sequence[str], pictures: int, in_gallery: bool = False) -> float:
    """The same where all texts come over the bridge, measured with Chinese ones."""
    return (GALLERY_CHINESE if in_gallery else CHINESE).among(pictures)
