"""The registry's loaders of the pipelines that draw: a row and a device to a ready easel."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backend.errors import ModelError
from backend.models.sources import Asset, Hub
from backend.text_to_image.defaults import habits_of

if TYPE_CHECKING:
    from backend.device import Device
    from backend.models.registry import ModelSpec
    from backend.text_to_image.adapter import Easel

log = logging.getLogger(__name__)

# Tiny autoencoders of madebyollin/taesd (MIT) for previews, by the pipeline that they know.
TAESD = Hub(
    "madebyollin/taesd",
    revision="614f76814bbe30edbe2e627ace1c2234c81a2c0e",
    download_bytes=9_800_000,
    files=("config.json", "diffusion_pytorch_model.safetensors"),
)
TAEF2 = Asset("models/painter/decoder")  # FLUX.2's latents are the painter's, too
GLIMPSE = Asset(
    "models/preview-decoder"
)  # made here from TAEF2, for machines where that takes too long


def load_painter(spec: ModelSpec, device: Device) -> Easel:
    """The bundled painter."""
    from backend.models import painter
    from backend.models.painter.preview_decoder import Glimpse

    is_slow = device.kind == "cpu" and GLIMPSE.on_disk()
    glimpse = Glimpse.from_pretrained(GLIMPSE.fetch()) if is_slow else None
    return _easel(spec, painter.load(spec.source.fetch(), device.kind), glimpse)


def load_pipeline(spec: ModelSpec, device: Device) -> Easel:
    """A diffusers pipeline from its folder, in the device's number format.

    On a card too small for all of it, the parts take turns on it (accelerate's offload).
    """
    import torch
    from diffusers import DiffusionPipeline

    folder = spec.source.fetch()
    pipeline = DiffusionPipeline.from_pretrained(
        folder,
        dtype=getattr(torch, device.dtype),
        variant=_variant(folder),
        use_safetensors=True,
        local_files_only=True,
        trust_remote_code=False,
    )
    if device.kind == "cuda" and _is_too_large(spec):
        pipeline.enable_model_cpu_offload()
    else:
        pipeline.to(device.kind)
    return _easel(spec, pipeline, _tiny(pipeline, device))


def _easel(spec: ModelSpec, pipeline: Any, tiny: Any = None) -> Easel:
    from backend.text_to_image.adapters import easel_for

    pipeline.set_progress_bar_config(disable=True)
    return easel_for(pipeline, habits_of(dict(spec.defaults), spec.languages), tiny)


def _variant(folder: Path) -> str | None:
    """ "fp16" where a repository has its weights in that variant alone or as well."""
    return "fp16" if any(folder.glob("*/*.fp16.safetensors")) else None


def _is_too_large(spec: ModelSpec) -> bool:
    import torch

    return spec.memory_bytes > torch.cuda.mem_get_info()[1]


def _tiny(pipeline: Any, device: Device) -> Any:
    """The tiny autoencoder of the pipeline's latents; None if it is not at hand."""
    import torch

    dtype = getattr(torch, device.dtype)
    try:
        if type(pipeline).__name__ == "Flux2KleinPipeline":
            from backend.models.painter.autoencoder import TinyDecoder

            if pipeline.transformer.config.in_channels != 4 * 32:
                return None
            return TinyDecoder.from_pretrained(TAEF2.fetch(), dtype=dtype).to(device.kind)
        from diffusers import AutoencoderTiny

        return AutoencoderTiny.from_pretrained(TAESD.fetch(), dtype=dtype).to(device.kind)
    except ModelError as error:
        log.warning("previews come from the pipeline's own decoder: %s", error)
        return None
