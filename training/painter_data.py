"""The painter's training data and recipes.

Latents of the pictures and MiniLM's token states of all captions are computed once and cached in
the work folder.
"""

import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file
from torch import Tensor

from backend.models.minilm import minilm_folder
from backend.models.painter.autoencoder import encoder
from backend.models.painter.pipeline import MAX_TOKENS, encode_prompts, load_text_encoder
from backend.models.painter.transformer import STYLES, TEXT_WIDTH
from training import data
from training.captions import captions_of, colour_of, common_keywords


@dataclass(frozen=True)
class Options:
    """The recipe of a training run."""

    pixels: int = 64  # on a side
    width: int = 320
    depth: int = 8
    features: int = 2048  # of the linear prior
    batch: int = 64
    peak: float = 1e-3  # learning rate
    dropped: float = 0.1  # fraction of prompts left empty, for guidance
    time_shift: float = 1.0  # of the drawn times towards noise, where the prompt decides most
    decay: float = 0.999  # of the weights' moving average


# On a GPU finer pictures; the network is as large as the 80 MB for all bundled models allow.
RECIPES = {
    "cpu": Options(),
    "cuda": Options(pixels=128, width=384, depth=7, features=512, batch=512),
}


@dataclass
class TrainingSet:
    """What a step draws from. Each distinct caption is there once; caption 0 is the empty one."""

    latents: Tensor  # [N, C, H, W]
    styles: Tensor  # [N]
    words: Tensor  # [M, T, 384], token states of the captions
    mask: Tensor  # [M, T]
    choices: list[list[int]]  # for each picture, the indices of its captions
    weights: list[list[float]]  # for each picture, how often each of these is drawn

    def draw(self, size: int, dropped: float, where: str) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """A batch: latents, words, mask, styles, on the device `where`."""
        rows = torch.randint(len(self.latents), (size,))
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
    """Latents and captions of the painter's styles, from the cache if it is there."""
    cache = work / "painter" / f"lessons{options.pixels}.pt"
    if cache.exists():
        return TrainingSet(**torch.load(cache, weights_only=True))
    pictures, records = data.load(work / "data")
    rows = [row for row, r in enumerate(records) if r.style in STYLES and not r.sign]
    common = common_keywords(records)
    captions = [captions_of(records[row], colour_of(pictures[row]), common) for row in rows]
    texts = ["", *dict.fromkeys(text for each in captions for text, _ in each)]
    index = {text: place for place, text in enumerate(texts)}
    words, mask = _token_states(texts)
    rgb = np.stack([scaled(pictures[row], options.pixels) for row in rows])
    examples = TrainingSet(
        latents=encode_pictures(rgb, taef2),
        styles=torch.tensor([STYLES.index(records[row].style) for row in rows]),
        words=words, mask=mask,
        choices=[[index[text] for text, _ in each] for each in captions],
        weights=[[weight for _, weight in each] for each in captions],
    )  # fmt: skip
    cache.parent.mkdir(parents=True, exist_ok=True)
    torch.save(vars(examples), cache)
    return examples


def _token_states(texts: list[str], batch: int = 256) -> tuple[Tensor, Tensor]:
    """Token states [M, 16, 384], float16, and mask [M, 16] of the texts."""
    tokenizer, model = load_text_encoder(minilm_folder())
    words = torch.zeros(len(texts), MAX_TOKENS, TEXT_WIDTH, dtype=torch.float16)
    mask = torch.zeros(len(texts), MAX_TOKENS)
    for start in range(0, len(texts), batch):
        states, part = encode_prompts(tokenizer, model, texts[start : start + batch])
        words[start : start + batch, : states.shape[1]] = states.half()
        mask[start : start + batch, : part.shape[1]] = part.float()
    return words, mask
