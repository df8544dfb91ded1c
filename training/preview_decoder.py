"""The preview decoder: python -m training.preview_decoder. Eight minutes on two cores, no data.

The painter draws; what it expected at each step, and what the tiny autoencoder shows of that, are
the lessons. The weights know the autoencoder's latents, not the painter: they outlive its next
training.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import l1_loss

from backend.models import painter
from backend.models.painter.preview_decoder import Glimpse
from benchmarks.contact_sheet import PROMPTS

ASSETS = Path(__file__).resolve().parent.parent / "assets" / "models"
COLOURS = ("", "blue ", "green ", "yellow ", "white ")
BATCH, RATE = 32, 2e-3
HELD_OUT = 5  # every fifth prompt tests
Seen = dict[str, Tensor]
Pair = tuple[Tensor, Tensor]  # latents [N, C, h, w] as the autoencoder has them, pictures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=4.0)
    minutes = parser.parse_args().minutes
    pipeline = painter.load(ASSETS / "painter")
    pipeline.set_progress_bar_config(disable=True)
    taught = lessons(pipeline, [p for n, p in enumerate(PROMPTS) if n % HELD_OUT])
    tested = lessons(pipeline, list(PROMPTS[::HELD_OUT]))
    glimpse = learn(Glimpse(taught[0].shape[1]), taught, 60 * minutes)
    with torch.inference_mode():
        error = l1_loss(glimpse(tested[0]), tested[1]).item()
    glimpse.half().save_pretrained(ASSETS / "preview-decoder")
    print(json.dumps({"lessons": len(taught[0]), "mean_error": round(error, 4)}))


@torch.inference_mode()
def lessons(pipeline: Any, prompts: list[str]) -> Pair:
    """All steps of all prompts, in each colour, in turn in each style; decoded."""
    net, cleans = pipeline.transformer, []

    def on_step(_pipeline: object, step: int, _time: Tensor, seen: Seen) -> Seen:
        if step % 2 == 0:
            cleans.append(seen["clean"])
        return seen

    for number, colour in enumerate(COLOURS):
        style = net.styles[number % len(net.styles)]
        pipeline(
            [colour + prompt for prompt in prompts],
            style=style,
            generator=torch.Generator().manual_seed(number),
            callback_on_step_end=on_step,
        )
    latents = torch.cat(cleans) * net.latent_std + net.latent_mean
    return latents.clone(), torch.cat(
        [pipeline.decoder(part) for part in latents.split(32)]
    ).clone()


def learn(glimpse: Glimpse, taught: Pair, seconds: float) -> Glimpse:
    """Adam on the mean absolute error, its rate falling to nothing with the time."""
    latents, pictures = (each.detach() for each in taught)
    optimizer = torch.optim.Adam(glimpse.parameters(), lr=RATE)
    begun, done = time.monotonic(), 0.0
    while done < 1:
        optimizer.param_groups[0]["lr"] = RATE * (1 - done)
        chosen = torch.randint(len(latents), (BATCH,))
        softly = torch.tanh(latents[chosen] / 3) * 3
        loss = l1_loss(glimpse.layers(softly), pictures[chosen])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        done = (time.monotonic() - begun) / seconds
    return glimpse.eval()


if __name__ == "__main__":
    main()
