"""The registry's loaders of text-to-image pipelines: a row and a device to a pipeline adapter."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from backend.models.registry import named
from backend.text_to_image.resolve import defaults_of

if TYPE_CHECKING:
    from backend.device import Device
    from backend.models.registry import ModelSpec
    from backend.text_to_image.adapter import PipelineAdapter


def load_painter(spec: ModelSpec, device: Device) -> PipelineAdapter:
    """The bundled painter."""
    from backend.models import painter

    return adapt(spec, device, painter.load(spec.source.fetch(), device.kind))


def load_pipeline(spec: ModelSpec, device: Device) -> PipelineAdapter:
    """A diffusers pipeline from its folder, in the device's number format.

    Where the device has no room for all of it, its parts take turns there (accelerate's offload).
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
    if device.offloads:
        pipeline.enable_model_cpu_offload(device=device.kind)
    else:
        pipeline.to(device.kind)
    adapter = adapt(spec, device, pipeline)
    adapter.is_offloaded = device.offloads
    return adapter


def adapt(spec: ModelSpec, device: Device, pipeline: Any) -> PipelineAdapter:
    """The pipeline in the adapter that the row names, with the row's preview decoder."""
    pipeline.set_progress_bar_config(disable=True)
    preview_decoder = named(spec.preview_decoder)(device) if spec.preview_decoder else None
    defaults = defaults_of(spec.defaults, spec.languages)
    adapter: PipelineAdapter = named(spec.adapter)(pipeline, defaults, preview_decoder)
    return adapter


def _variant(folder: Path) -> str | None:
    """ "fp16" where a repository has its weights in that variant alone or as well."""
    return "fp16" if any(folder.glob("*/*.fp16.safetensors")) else None
