"""Weights that can be had from several places: a package, or else the hub."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from backend.errors import ModelError
from backend.messages import Message
from backend.models.hub.downloads import Fetched
from backend.models.sources import ANYBODY, Source, Wish


@dataclass(frozen=True)
class FirstOf:
    """The first of two sources that is on this disk; `other` is where it is fetched from if none
    is. The loader tells by the path which one it got."""

    first: Source
    other: Source

    @property
    def download_bytes(self) -> int:
        return self._chosen().download_bytes

    @property
    def origin(self) -> str:
        return self.first.origin

    def on_disk(self) -> bool:
        return self.first.on_disk() or self.other.on_disk()

    def fetched(self) -> Fetched | None:
        return self._chosen().fetched()

    def throw_away_damage(self) -> list[str]:
        return self._chosen().throw_away_damage()

    def fetch(self, wish: Wish = ANYBODY) -> Path:
        """ModelError with both reasons if neither can be had."""
        chosen = self._chosen()
        if chosen is self.first:
            return chosen.fetch(wish)
        try:
            return chosen.fetch(wish)
        except ModelError as error:
            raise ModelError(
                "neither_source", first=self._why_not_first(), other=error.message
            ) from error

    def _why_not_first(self) -> Message | str:
        try:
            self.first.fetch()
        except ModelError as error:
            return error.message
        return ""  # it has come meanwhile

    def _chosen(self) -> Source:
        return self.first if self.first.on_disk() else self.other
