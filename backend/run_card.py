"""What ran: the facts a result carries, for the page and the API alike."""

from __future__ import annotations

from dataclasses import dataclass, field

from backend.device import Device
from backend.messages import Message
from backend.registry import ModelSpec


@dataclass(frozen=True)
class RunCard:
    """One run of one model. Times in seconds; `figures` are the task's own numbers by name."""

    spec: ModelSpec
    device: Device
    seconds: float
    falls: tuple[Message, ...] = ()  # models passed over, and why
    notes: tuple[Message, ...] = ()  # what was done to the input
    figures: dict[str, float | int | str] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """Plain values for the API; messages in English."""
        return {
            "model": self.spec.name,
            "model_id": self.spec.id,
            "parameters": self.spec.parameters,
            "licence": self.spec.licence,
            "tier": self.spec.tier,
            "device": self.device.name,
            "dtype": self.device.dtype,
            "device_reason": str(self.device.reason),
            "fell_back": [str(fall) for fall in self.falls],
            "notes": [str(note) for note in self.notes],
            "seconds": round(self.seconds, 3),
            **self.figures,
        }
