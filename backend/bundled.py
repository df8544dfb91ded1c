"""The registry's loaders of the bundled captioner and painter: a row and a device to a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend import captioner

if TYPE_CHECKING:
    from backend.captioner.model import Captioner
    from backend.device import Device
    from backend.registry import ModelSpec


def load_captioner(spec: ModelSpec, device: Device) -> Captioner:
    """The captioner of the row; it sees with the search encoder that lies beside it."""
    return captioner.load(spec.source.fetch(), device.kind)
