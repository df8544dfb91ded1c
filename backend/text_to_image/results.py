"""What comes out of a run: previews, pictures, grids and interpolations, complete or in part."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from backend.run import RunCard
from backend.stoppable import Stoppable
from backend.text_to_image.film import Films
from backend.text_to_image.recipe import Recipe, as_png
from backend.text_to_image.resolve import ResolvedRequest
from backend.text_to_image.what_if import Grid, Interpolation

if TYPE_CHECKING:
    from PIL.Image import Image
    from torch import Tensor


@dataclass(frozen=True)
class Preview:
    """After `step` of `steps`: the picture that the model predicts, at step 0 the noise that it
    starts from. None where previews are off or the pipeline checks its pictures before anybody
    sees them."""

    step: int
    steps: int
    image: Image | None


@dataclass(frozen=True)
class Generation:
    """One pass of a pipeline, complete or as far as it got."""

    image: Image
    request: ResolvedRequest
    finished: str = "end"  # or "stopped", "deadline"
    predicted_x0: list[Tensor] = field(default_factory=list)  # latents, one for each step
    words: tuple[str, ...] = ()
    word_maps: Tensor | None = None  # [steps, words + 1, cells, cells]; the last one: no word
    maps_of: str = "attention"  # or "change": what they are shares of
    blocked: bool = False  # refused by the pipeline's safety check; nothing else is kept
    noisy: list[Tensor] = field(default_factory=list)  # latents that each step began with


@dataclass(frozen=True)
class Picture:
    """A generated picture with its recipe; its films follow once the picture is on screen. Its
    files are made once, however many visitors look at it."""

    generation: Generation
    recipe: Recipe
    film: list[Image] = field(default_factory=list)  # what was predicted after each step
    noisy_film: list[Image] = field(default_factory=list)  # what each step began with

    @property
    def image(self) -> Image:
        return self.generation.image

    @property
    def blocked(self) -> bool:
        return self.generation.blocked

    @cached_property
    def png(self) -> bytes:
        return as_png(self.image, self.recipe)

    @cached_property
    def films(self) -> Films:
        return Films(self.film)


@dataclass(frozen=True)
class PreviewDrawn:
    """A step of one of the pictures."""

    number: int  # of the picture, from 0
    preview: Preview


@dataclass(frozen=True)
class PicturesDrawn(Stoppable):
    """The pictures so far. The card comes with the last picture, and once more with the films."""

    pictures: tuple[Picture, ...]
    card: RunCard | None = None

    @property
    def stage(self) -> tuple[object, ...]:
        """Differs for each update: none of them may be skipped."""
        has_film = bool(self.pictures) and bool(self.pictures[-1].film)
        return "pictures", len(self.pictures), self.card is None, has_film


@dataclass(frozen=True)
class GridDrawn(Stoppable):
    """The pictures of a grid so far, in the order of `grid.cells`."""

    grid: Grid
    pictures: tuple[Picture, ...]
    card: RunCard | None = None

    @property
    def stage(self) -> tuple[object, ...]:
        return "grid", self.card is None


@dataclass(frozen=True)
class InterpolationDrawn(Stoppable):
    """The frames between two prompts or seeds so far."""

    interpolation: Interpolation
    frames: tuple[Image, ...]
    card: RunCard | None = None
    # By way. Whoever is given these frames with another card is given their films, too.
    made: dict[str, Films] = field(default_factory=dict, compare=False, repr=False)

    @property
    def stage(self) -> tuple[object, ...]:
        return "interpolation", self.card is None

    @property
    def films(self) -> Films:
        """From one end to the other."""
        return self.made.setdefault("there", Films(self.frames))

    @property
    def return_films(self) -> Films:
        """There and back."""
        return self.made.setdefault("back", Films([*self.frames, *self.frames[-2:0:-1]]))
