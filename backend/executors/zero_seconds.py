"""For how many seconds a GPU is asked for: a visitor's quota must have them all left, and who asks
for few is served first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from backend.operation import Operation

USUAL, MOST = 15, 120
BEFORE = 5  # until a new process has the models on its card
TOKENS_A_SECOND = 25
SECONDS_A_PICTURE = 4

SECONDS: Mapping[str, Callable[..., float]] = {
    "generation.generate": lambda request, *_: request.max_new_tokens / TOKENS_A_SECOND,
    "generation.sample_many": lambda request, *_: 2 * request.max_new_tokens / TOKENS_A_SECOND,
    "text_to_image.draw": lambda request, *_: request.count * SECONDS_A_PICTURE,
    "text_to_image.draw_grid": lambda grid, *_: len(grid.cells) * SECONDS_A_PICTURE,
    "text_to_image.interpolate": lambda asked, *_: len(asked.weights) * SECONDS_A_PICTURE,
    "image_search.index": lambda *_: MOST,
    "captioning.describe_all": lambda *_: MOST,
}


def seconds_of(operation: Operation) -> int:
    """Whole seconds, of which a long run uses all and then ends with what it has."""
    seconds = SECONDS.get(operation.name)
    asked: Any = operation.arguments
    return min(MOST, BEFORE + round(seconds(*asked))) if seconds else USUAL
