"""Live previews: close to what the decoder shows."""

from __future__ import annotations

import numpy as np
import torch

from backend.models import painter
from backend.models.registry import MODELS
from backend.text_to_image.preview_decoders import load_bundled
from tests.backend.fakes import CPU


@torch.inference_mode()
def test_a_preview_is_close_to_what_the_decoder_shows() -> None:
    spec = next(row for row in MODELS if row.id == "pictogram-painter")
    pipeline, decoder = painter.load(spec.source.fetch()), load_bundled(CPU)
    predicted: list[torch.Tensor] = []

    def on_step(
        _pipeline: object, _step: int, _time: torch.Tensor, tensors: dict[str, torch.Tensor]
    ) -> dict[str, torch.Tensor]:
        predicted.append(tensors["predicted_x0"])
        return tensors

    pipeline(
        "a red heart on a blue house",
        num_inference_steps=8,
        generator=torch.Generator().manual_seed(3),
        callback_on_step_end=on_step,
    )
    for x0 in predicted:
        full = np.asarray(pipeline.decode(x0)[0], float)
        shown = decoder(pipeline.transformer.denormalised(x0))[0].permute(1, 2, 0).numpy() * 255
        white = np.abs(255 - full).mean()
        assert np.abs(shown - full).mean() < 0.5 * white
    assert len(predicted) == 8
