"""Fast decoders of latents, for live previews. A row of the registry names one by its function.

Each function takes the device and returns a network, or None where the pipeline's own decoder does:
it is fast enough there, or the tiny one cannot be fetched.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from backend.errors import ModelError
from backend.models.hub.reach import QUICK
from backend.models.sources import Asset, Hub, Wish

if TYPE_CHECKING:
    from backend.device import Device

log = logging.getLogger(__name__)

# Tiny autoencoders of madebyollin/taesd (MIT).
TAESD = Hub(
    "madebyollin/taesd",
    revision="614f76814bbe30edbe2e627ace1c2234c81a2c0e",
    download_bytes=9_800_000,
    files=("config.json", "diffusion_pytorch_model.safetensors"),
)
TAEF2 = Asset("models/painter/decoder")  # reads FLUX.2's latents, which are also the painter's
BUNDLED = Asset("models/preview-decoder")  # trained here on TAEF2's pictures


def load_bundled(device: Device) -> Any:
    """For the painter on a CPU, where TAEF2 takes as long as a step."""
    from backend.models.painter.preview_decoder import PreviewDecoder

    is_needed = device.kind == "cpu" and BUNDLED.on_disk()
    return PreviewDecoder.from_pretrained(BUNDLED.fetch()) if is_needed else None


def load_taesd(device: Device) -> Any:
    """For Stable Diffusion 1 and 2; None if the hub cannot be reached, for which nobody waits:
    they have asked for a picture."""
    import torch
    from diffusers import AutoencoderTiny

    try:
        folder = TAESD.fetch(Wish(patience=QUICK))
    except ModelError as error:
        log.warning("previews are decoded by the pipeline's own decoder: %s", error)
        return None
    dtype = getattr(torch, device.dtype)
    return AutoencoderTiny.from_pretrained(folder, dtype=dtype).to(device.kind)


def load_taef2(device: Device) -> Any:
    """For FLUX.2."""
    import torch

    from backend.models.painter.autoencoder import TinyDecoder

    dtype = getattr(torch, device.dtype)
    return TinyDecoder.from_pretrained(TAEF2.fetch(), dtype=dtype).to(device.kind)
