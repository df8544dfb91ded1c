"""How well sentences fit pictures: cosine similarities in the search encoder's space."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

from backend.captioning.results import Ranked
from backend.messages import message
from backend.run import Progress, Run, RunCard

if TYPE_CHECKING:
    import numpy as np
    from PIL.Image import Image

    from backend.models.search_encoder.model import SearchEncoder


def rank(
    encoder: SearchEncoder, run: Run, picture: Image, sentences: Sequence[str]
) -> Generator[Progress | Ranked, None, None]:
    """The sentences by their cosine similarity to the picture."""
    yield run.progress(message("comparing"))
    cosines = encoder.encode_texts(sentences) @ encoder.encode_pictures([picture])[0]
    rows = sorted(zip(sentences, cosines.tolist(), strict=True), key=lambda row: -row[1])
    yield Ranked(tuple(rows), run.card(encoder.notes_on_texts(sentences), {}))


def compare(
    encoder: SearchEncoder, run: Run, texts: Sequence[str], pictures: Sequence[Image]
) -> Generator[Progress | tuple[np.ndarray, RunCard], None, None]:
    """The cosine similarities [N, N] of text 1, picture 1, text 2, picture 2, ..., the last text,
    all with all. There is one text more than pictures."""
    import torch

    yield run.progress(message("comparing"))
    of_texts, of_pictures = encoder.encode_texts(texts), encoder.encode_pictures(pictures)
    vectors = [of_texts[0]]
    for picture, text in zip(of_pictures, of_texts[1:], strict=True):
        vectors += [picture, text]
    stacked = torch.stack(vectors)
    yield (stacked @ stacked.T).numpy(), run.card(encoder.notes_on_texts(texts), {})
