"""The registry's loaders of captioners: a row and a device to a speaker."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backend.captioning.speaker import Speaker
    from backend.device import Device
    from backend.registry import ModelSpec


def load_own(spec: ModelSpec, device: Device) -> Speaker:
    """The bundled captioner."""
    from backend.bundled import load_captioner
    from backend.captioning.own import OwnSpeaker

    return OwnSpeaker(load_captioner(spec, device))


def load_vision_language(spec: ModelSpec, device: Device) -> Speaker:
    """A Qwen3-VL from its folder."""
    from backend.captioning.vlm import load_vision_language

    return load_vision_language(spec.source.fetch(), device.kind, device.dtype)


def load_blip(spec: ModelSpec, device: Device) -> Speaker:
    """A BLIP from its folder."""
    from backend.captioning.blip import load_blip

    return load_blip(spec.source.fetch(), device.kind, device.dtype)
