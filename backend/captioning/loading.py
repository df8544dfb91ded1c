"""The registry's loaders of captioners: a row and a device to a speaker."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backend.captioning.caption_model import Speaker
    from backend.device import Device
    from backend.models.registry import ModelSpec


def load_own(spec: ModelSpec, device: Device) -> Speaker:
    """The bundled captioner."""
    from backend.captioning.bundled import OwnSpeaker
    from backend.models import captioner

    return OwnSpeaker(captioner.load(spec.source.fetch(), device.kind))


def load_vision_language(spec: ModelSpec, device: Device) -> Speaker:
    """A Qwen3-VL from its folder."""
    from backend.captioning.vlm import load_vision_language

    return load_vision_language(spec.source.fetch(), device.kind, device.dtype)


def load_blip(spec: ModelSpec, device: Device) -> Speaker:
    """A BLIP from its folder."""
    from backend.captioning.blip import load_blip

    return load_blip(spec.source.fetch(), device.kind, device.dtype)
