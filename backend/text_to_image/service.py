"""The door to text to image: what the tab and its endpoints can ask for."""

from __future__ import annotations

from collections.abc import Iterator

from backend import Backend
from backend.models.registry import ModelSpec
from backend.operation import Operation
from backend.run import Progress
from backend.text_to_image.request import EVERYTHING, DrawRequest, Extras
from backend.text_to_image.results import (
    GridDrawn,
    InterpolationDrawn,
    PicturesDrawn,
    PreviewDrawn,
)
from backend.text_to_image.what_if import Grid, Interpolation

TASK = "text_to_image"


class TextToImage:
    """Everything that the tab does, over one backend. `model` is a row's id, a tier, or "". Who
    chooses the same seed is given the same pictures; a seed that was drawn is for one visitor."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend

    def models(self) -> list[ModelSpec]:
        return self.backend.models_for(TASK)

    def draw(
        self, request: DrawRequest, visitor: str, model: str = "", extras: Extras = EVERYTHING
    ) -> Iterator[Progress | PreviewDrawn | PicturesDrawn]:
        """Draw a request's pictures one after another, each as if it were drawn alone."""
        what = request, extras
        asked = Operation(TASK, "text_to_image.draw", what, cacheable=request.is_seeded)
        return self.backend.perform(asked, model, visitor)

    def draw_grid(
        self, grid: Grid, visitor: str, model: str = ""
    ) -> Iterator[Progress | GridDrawn]:
        """Draw the cells of a grid."""
        asked = Operation(TASK, "text_to_image.draw_grid", grid, cacheable=grid.is_seeded)
        return self.backend.perform(asked, model, visitor)

    def interpolate(
        self, interpolation: Interpolation, visitor: str, model: str = ""
    ) -> Iterator[Progress | InterpolationDrawn]:
        """Draw the frames between two prompts or seeds."""
        for_all = interpolation.request.is_seeded
        asked = Operation(TASK, "text_to_image.interpolate", interpolation, cacheable=for_all)
        return self.backend.perform(asked, model, visitor)
