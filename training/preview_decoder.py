"""Train the preview decoder: `python -m training.preview_decoder`. Eight minutes on two cores.

It needs no data: the painter draws, and the predicted latents of its steps, with the pictures that
the tiny autoencoder decodes from them, are the training pairs. It learns the autoencoder's
latents, not the painter's style: it need not be retrained when the painter is.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import l1_loss

from backend.models import painter
from backend.models.painter.preview_decoder import PreviewDecoder
from benchmarks.contact_sheet import PROMPTS

ASSETS = Path(__file__).resolve().parent.parent / "assets" / "models"
COLOURS = ("", "blue ", "green ", "yellow ", "white ")
BATCH, RATE = 32, 2e-3
HELD_OUT = 5  # every fifth prompt tests
Tensors = dict[str, Tensor]
# Latents [N, C, h, w] as the autoencoder has them, and pictures [N, 3, 8h, 8w] in 0..1.
Pairs = tuple[Tensor, Tensor]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=4.0)
    minutes = parser.parse_args().minutes
    pipeline = painter.load(ASSETS / "painter")
    pipeline.set_progress_bar_config(disable=True)
    pairs = draw_pairs(pipeline, [p for n, p in enumerate(PROMPTS) if n % HELD_OUT])
    held_out = draw_pairs(pipeline, list(PROMPTS[::HELD_OUT]))
    decoder = train(PreviewDecoder(pairs[0].shape[1]), pairs, for_seconds(60 * minutes))
    with torch.inference_mode():
        error = l1_loss(decoder(held_out[0]), held_out[1]).item()
    decoder.half().save_pretrained(ASSETS / "preview-decoder")
    print(json.dumps({"pairs": len(pairs[0]), "mean_error": round(error, 4)}))


@torch.inference_mode()
def draw_pairs(pipeline: Any, prompts: list[str]) -> Pairs:
    """Every second step of all prompts, in each colour, the colours alternating between styles."""
    network, predicted = pipeline.transformer, []

    def on_step(_pipeline: object, step: int, _time: Tensor, tensors: Tensors) -> Tensors:
        if step % 2 == 0:
            predicted.append(tensors["predicted_x0"])
        return tensors

    for number, colour in enumerate(COLOURS):
        pipeline(
            [colour + prompt for prompt in prompts],
            style=network.styles[number % len(network.styles)],
            generator=torch.Generator().manual_seed(number),
            callback_on_step_end=on_step,
        )
    latents = network.denormalised(torch.cat(predicted))
    pictures = torch.cat([pipeline.decoder(part) for part in latents.split(32)])
    return latents.clone(), pictures.clone()


def for_seconds(seconds: float) -> Iterator[float]:
    """How much of the time has passed, from 0 to 1, before each step."""
    begun, done = time.monotonic(), 0.0
    while done < 1:
        yield done
        done = (time.monotonic() - begun) / seconds


def train(decoder: PreviewDecoder, pairs: Pairs, progress: Iterable[float]) -> PreviewDecoder:
    """Adam on the mean absolute error; the rate falls to zero as `progress` goes from 0 to 1, one
    step for each of its values."""
    latents, pictures = (each.detach() for each in pairs)
    optimizer = torch.optim.Adam(decoder.parameters(), lr=RATE)
    for done in progress:
        optimizer.param_groups[0]["lr"] = RATE * (1 - done)
        rows = torch.randint(len(latents), (BATCH,))
        clamped = torch.tanh(latents[rows] / 3) * 3
        loss = l1_loss(decoder.layers(clamped), pictures[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return decoder.eval()


if __name__ == "__main__":
    main()
