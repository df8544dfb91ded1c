"""Albums of plain colours, and an encoder that takes their mean colours as vectors."""

from __future__ import annotations

import numpy as np

from backend.image_search.collection import IndexingReport, index_files
from tests.backend.pictures.files import encoded, picture, zipped


class Rows:
    """As a tensor hands out its numbers."""

    def __init__(self, values):
        self.values = values

    def numpy(self):
        return self.values


class FakeEncoder:
    """Mean colours as vectors; counts what it encodes."""

    width = 3

    def __init__(self):
        self.encoded = 0

    def pixels_of(self, image):
        return np.asarray(image.resize((4, 4)), np.float32).mean((0, 1)) + 1

    def encode_pixels(self, pixels):
        self.encoded += len(pixels)
        rows = np.stack(pixels)
        return Rows(rows / np.linalg.norm(rows, axis=1, keepdims=True))


def album(folder, count=5, name="album.zip", extra=()):
    entries = [(f"{n}.png", encoded(picture(colour=(n * 7 % 256, n * 31 % 256, 90))))
               for n in range(count)]  # fmt: skip
    path = zipped(folder / name, [*entries, *extra])
    return [(name, path)]


def filled(store, paths, encoder, name="trip", model="m1"):
    *_, report = index_files(store, name, paths, encoder, model)
    assert isinstance(report, IndexingReport)
    return report
