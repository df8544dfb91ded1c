"""The painter's training data and recipes.

Lessons are pictures of one thing as the sets have them, of one in another colour, and of two
things. Their latents, and the text encoder's token states of all captions, are computed once and
cached in the work folder.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file
from torch import Tensor

from backend.models import text_encoder
from backend.models.painter.autoencoder import encoder
from backend.models.painter.pipeline import MAX_TOKENS, encode_prompts
from backend.models.painter.transformer import STYLES, TEXT_WIDTH
from training import data, painter_scenes
from training.captions import colour_of, common_keywords, names_of
from training.concepts import TRAIN
from training.painter_captions import Captions, coloured, in_both_languages, of_two

ONE, REPAINTED, TWO = range(3)  # kinds of lessons: of one thing, in another colour, of two things
SHARES = (0.55, 0.20, 0.25)  # of each kind
FORMAT = 2  # raise it when what the lessons say or show changes


@dataclass(frozen=True)
class Options:
    """The recipe of a training run."""

    pixels: int = 64  # on a side
    width: int = 320
    depth: int = 8
    components: int = 512  # of the pictures, that the linear priors tell
    features: int = 5120  # of the prompt's linear prior; of each token's a fifth
    batch: int = 64
    peak: float = 1e-3  # learning rate
    dropped: float = 0.1  # fraction of prompts left empty, for guidance
    time_shift: float = 1.0  # of the drawn times towards noise, where the prompt decides most
    decay: float = 0.999  # of the weights' moving average
    recoloured: int = 3  # times that each picture with a main colour is repainted
    pairs: int = 3000  # pictures of two things, in each style
    ends: bool = False  # train only the network's ends, see `training.painter.hold_the_middle`


# On a GPU finer pictures, of which fewer components are kept: files stay under 10 MB.
RECIPES = {
    "cpu": Options(),
    "cuda": Options(pixels=128, width=384, depth=7, components=256, batch=512),
}


Drawn = tuple[np.ndarray, data.Record]  # a picture, uint8 [H, W, 4], and what is known of it


@dataclass(frozen=True)
class Lesson:
    """A picture, uint8 [H, W, 4], its style, its captions, and its kind."""

    rgba: np.ndarray
    style: str
    captions: Captions
    kind: int = ONE


@dataclass
class TrainingSet:
    """What a step draws from. Each distinct caption is there once; caption 0 is the empty one."""

    latents: Tensor  # [N, C, H, W]
    styles: Tensor  # [N]
    kinds: Tensor  # [N], of SHARES
    words: Tensor  # [M, T, 384], token states of the captions
    mask: Tensor  # [M, T]
    choices: list[list[int]]  # for each picture, the indices of its captions
    weights: list[list[float]]  # for each picture, how often each of these is drawn

    @property
    def often(self) -> Tensor:
        """How often each picture is drawn, [N]: kinds by their shares, alike within a kind."""
        counts = torch.bincount(self.kinds, minlength=len(SHARES)).clamp(min=1)
        return (torch.tensor(SHARES) / counts)[self.kinds]

    def draw(self, size: int, dropped: float, where: str) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """A batch: latents, words, mask, styles, on the device `where`."""
        rows = torch.multinomial(self.often, size, replacement=True)
        chosen = [0 if random.random() < dropped else self._caption(row) for row in rows.tolist()]
        length = int(self.mask[chosen].sum(1).max())
        batch = (self.latents[rows], self.words[chosen, :length].float(),
                 self.mask[chosen, :length], self.styles[rows])  # fmt: skip
        return tuple(part.to(where) for part in batch)  # type: ignore[return-value]

    def _caption(self, row: int) -> int:
        return random.choices(self.choices[row], self.weights[row])[0]


@torch.inference_mode()
def encode_pictures(rgb: np.ndarray, taef2: Path, batch: int = 64) -> Tensor:
    """TAEF2 latents [N, 32, h, w], float32, of pictures uint8 [N, H, W, 3]."""
    model = encoder(32).eval()
    model.load_state_dict(load_file(taef2 / "encoder.safetensors"))
    pictures = torch.from_numpy(rgb).permute(0, 3, 1, 2)
    return torch.cat([model(part.float() / 255) for part in pictures.split(batch)])


def scaled(rgba: np.ndarray, pixels: int) -> np.ndarray:
    """The picture on white at `pixels` x `pixels`, uint8 RGB."""
    picture = Image.fromarray(data.on_white(rgba))
    return np.asarray(picture.resize((pixels, pixels), Image.Resampling.LANCZOS))


def training_set(work: Path, taef2: Path, options: Options) -> TrainingSet:
    """Latents and captions of all lessons, from the cache if it is there."""
    kept = f"lessons-{FORMAT}-{options.pixels}-{options.recoloured}-{options.pairs}.pt"
    cache = work / "painter" / kept
    if cache.exists():
        return TrainingSet(**torch.load(cache, weights_only=True))
    small, said, styles, kinds = [], [], [], []
    for lesson in lessons(work, options):
        small.append(scaled(lesson.rgba, options.pixels))
        said.append(lesson.captions)
        styles.append(STYLES.index(lesson.style))
        kinds.append(lesson.kind)
    texts = ["", *dict.fromkeys(text for each in said for text, _ in each)]
    index = {text: place for place, text in enumerate(texts)}
    words, mask = _token_states(texts)
    examples = TrainingSet(
        latents=encode_pictures(np.stack(small), taef2),
        styles=torch.tensor(styles), kinds=torch.tensor(kinds), words=words, mask=mask,
        choices=[[index[text] for text, _ in each] for each in said],
        weights=[[weight for _, weight in each] for each in said],
    )  # fmt: skip
    cache.parent.mkdir(parents=True, exist_ok=True)
    torch.save(vars(examples), cache)
    return examples


def lessons(work: Path, options: Options, seed: int = 0) -> Iterator[Lesson]:
    """All lessons: those of one thing first."""
    pictures, records = data.load(work / "data")
    rows = [row for row, r in enumerate(records) if r.style in STYLES and not r.sign]
    common, chance = common_keywords(records), random.Random(seed)
    for row in rows:
        captions = in_both_languages(records[row], colour_of(pictures[row]), common)
        yield Lesson(pictures[row], records[row].style, captions)
    taught = [(pictures[row], records[row]) for row in rows if records[row].part == TRAIN]
    yield from _repainted(taught, options.recoloured, chance)
    for style in STYLES:
        plain = [one for one in taught if one[1].style == style and is_plain(one[1])]
        yield from _of_two(plain, options.pairs if plain else 0, chance)


def _repainted(taught: Sequence[Drawn], times: int, chance: random.Random) -> Iterator[Lesson]:
    """Each in so many other colours, where it has a main one."""
    for picture, record in taught:
        for colour in chance.sample(painter_scenes.RECOLOURS, times):
            rgba = painter_scenes.recoloured(picture, colour)
            if rgba is not None:
                yield Lesson(rgba, record.style, coloured(record, colour), REPAINTED)


def _of_two(drawn: Sequence[Drawn], count: int, chance: random.Random) -> Iterator[Lesson]:
    """So many pairs, beside each other or one on the other."""
    for _ in range(count):
        (left, first), (right, second) = chance.choices(drawn, k=2)
        above = chance.random() < 0.5
        rgba = painter_scenes.of_two(left, right, above)
        yield Lesson(rgba, first.style, of_two(first, second, above, chance), TWO)


def is_plain(record: data.Record) -> bool:
    """Whether one or two words name it, so that a second thing has room in the prompt."""
    return len(names_of(record)[-1].split()) <= 2


def _token_states(texts: list[str], batch: int = 256) -> tuple[Tensor, Tensor]:
    """Token states [M, 20, 384], float16, and mask [M, 20] of the texts; those of a length
    together, so that little is padded."""
    tokenizer, model = text_encoder.load(attention="sdpa")
    words = torch.zeros(len(texts), MAX_TOKENS, TEXT_WIDTH, dtype=torch.float16)
    mask = torch.zeros(len(texts), MAX_TOKENS)
    order = sorted(range(len(texts)), key=lambda place: len(texts[place].encode()))
    for start in range(0, len(texts), batch):
        some = order[start : start + batch]
        states, part = encode_prompts(tokenizer, model, [texts[place] for place in some])
        words[some, : states.shape[1]] = states.half()
        mask[some, : part.shape[1]] = part.float()
    return words, mask
