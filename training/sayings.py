"""All texts that the search encoder learns from, in English and Chinese, read once.

`Said` numbers the texts as they are asked for; `vectors` gives the text encoder's vector of each,
and MiniLM's of the English ones, whose space the pictures live in. Both are kept.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from torch import Tensor

from backend.classification.sentences import SentenceEncoder
from backend.models import text_encoder
from training.hardware import mixed
from training.text import Sentences

PART = 2048  # texts of which the vectors are kept together: a stop loses no more


class Said:
    """Texts, each with a number."""

    def __init__(self) -> None:
        self.number: dict[str, int] = {}

    def add(self, text: str) -> int:
        """The text's number."""
        return self.number.setdefault(text, len(self.number))

    def add_all(self, texts: Sequence[str]) -> list[int]:
        """The texts' numbers."""
        return [self.add(text) for text in texts]

    @property
    def texts(self) -> list[str]:
        return list(self.number)


def read(texts: Sequence[str], folder: Path) -> Tensor:
    """The text encoder's unit vectors of texts, float32 [N, 384]."""
    tokenizer, body = text_encoder.load(attention="sdpa")
    encoder = SentenceEncoder(tokenizer, body, "cpu", prefix=text_encoder.PREFIX)

    def encode(some: list[str]) -> Tensor:
        with mixed("cpu"):
            return encoder.encode(some)

    return _kept_or_made(texts, encode, folder / "text-encoder")


def taught(texts: Sequence[str], folder: Path) -> Tensor:
    """MiniLM's unit vectors of English texts, float32 [N, 384]: the teacher's."""
    sentences = Sentences()

    def encode(some: list[str]) -> Tensor:
        with mixed("cpu"):
            return torch.from_numpy(sentences.encode(some))

    return _kept_or_made(texts, encode, folder / "minilm")


def _kept_or_made(
    texts: Sequence[str], encode: Callable[[list[str]], Tensor], folder: Path
) -> Tensor:
    """Vectors from files of an earlier call, or made now and kept, PART at a time."""
    folder.mkdir(parents=True, exist_ok=True)
    place: dict[str, int] = {}
    parts = []
    for file in sorted(folder.glob("*.pt")):
        known, vectors = torch.load(file, weights_only=True)
        place |= {text: len(place) + row for row, text in enumerate(known)}
        parts.append(vectors)
    new = sorted(dict.fromkeys(text for text in texts if text not in place), key=len)
    for start in range(0, len(new), PART):
        some = new[start : start + PART]
        parts.append(encode(some).half())
        torch.save((some, parts[-1]), folder / f"{len(parts):04}.pt")
        place |= {text: len(place) + row for row, text in enumerate(some)}
        print(f"{start + len(some)} of {len(new)} texts read ({folder.name})", flush=True)
    return torch.cat(parts)[[place[text] for text in texts]].float()
