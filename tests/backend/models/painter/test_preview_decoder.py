"""Live previews: nearly what the decoder shows, and much faster decoded."""

from __future__ import annotations

import numpy as np

from tests.backend.text_to_image.test_paint import asked, painted


def test_a_glimpse_is_near_to_what_the_decoder_shows(easels):
    easel = easels["painter"]
    sketches, painting = painted(easel, asked(easel, steps=8))
    for sketch, clean in zip(sketches, painting.cleans, strict=True):
        full = np.asarray(easel.develop(clean, painting.asked), float)
        near = np.abs(np.asarray(sketch.picture, float) - full).mean()
        white = np.abs(255 - full).mean()
        assert near < 0.5 * white
