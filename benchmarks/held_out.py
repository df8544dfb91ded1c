"""The held-out pictograms: concepts that were never trained on, and a style that never was."""

import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from training import data
from training.chinese import HAN
from training.concepts import TEST, TRAIN


@dataclass(frozen=True)
class PictureSet:
    """Pictures (on white) and, in the same order, what is known of them."""

    pictures: list[Image.Image]
    records: list[data.Record]

    def questions(self, chinese: bool = False) -> dict[str, str]:
        """Concept -> its name, as one would search for it."""
        if chinese:
            kept = [r for r in self.records if r.chinese and HAN.search(r.chinese[0])]
            return {record.concept: record.chinese[0] for record in kept}
        return {record.concept: record.name.lower() for record in self.records}


def test_concepts(work: Path, count: int = 500) -> PictureSet:
    """Pictures of test concepts, in the styles that were trained on."""
    return _sample(work, count, lambda r: r.part == TEST and r.style != data.HELD_OUT_STYLE)


def one_each(whole: PictureSet) -> PictureSet:
    """The first picture of each concept: a stricter gallery, where only one answer is right."""
    first = {record.concept: row for row, record in reversed(list(enumerate(whole.records)))}
    rows = sorted(first.values())
    return PictureSet([whole.pictures[row] for row in rows], [whole.records[row] for row in rows])


def held_out_style(work: Path, count: int = 500) -> PictureSet:
    """Pictures of trained concepts in the style that was kept out of training."""
    return _sample(work, count, lambda r: r.part == TRAIN and r.style == data.HELD_OUT_STYLE)


def _sample(work: Path, count: int, fits) -> PictureSet:
    pictures, records = data.load(work / "data")
    rows = [row for row, record in enumerate(records) if fits(record)]
    chosen = random.Random(0).sample(rows, min(count, len(rows)))
    images = [Image.fromarray(data.on_white(np.asarray(pictures[row]))) for row in chosen]
    return PictureSet(images, [records[row] for row in chosen])
