"""Train the painter by flow matching: `python -m training.painter --taef2 FOLDER --minutes 120`.

Latents of the pictures and MiniLM's token states of all captions are computed once and cached; the
training itself then sees 100 to 200 pictures a second on two CPU cores.
"""

import argparse
import copy
import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from diffusers.models.attention_processor import Attention, AttnProcessor
from PIL import Image
from safetensors.torch import load_file
from torch import Tensor

from backend.models.minilm import minilm_folder
from backend.models.painter.autoencoder import TinyDecoder, decoder, encoder
from backend.models.painter.pipeline import PainterPipeline, load_words, read_words
from backend.models.painter.transformer import STYLES, WordTransformer
from training import data
from training.captions import captions_of, colour_of, common_keywords
from training.hardware import device, mixed
from training.linear_prior import fit
from training.run import Run


@dataclass(frozen=True)
class Options:
    """The recipe. `dropped` is the share of prompts left empty, for guidance.

    `lean` moves the drawn times towards noise, where the words decide what the picture becomes.
    """

    pixels: int = 64
    width: int = 320
    depth: int = 8
    features: int = 2048
    batch: int = 64
    peak: float = 1e-3
    dropped: float = 0.1
    lean: float = 1.0
    decay: float = 0.999


# On a GPU finer pictures; the network is as large as the 80 MB for all bundled models allow.
RECIPES = {
    "cpu": Options(),
    "cuda": Options(pixels=128, width=384, depth=7, features=512, batch=512),
}


@dataclass
class Lessons:
    """All that a step draws from: latents [N, C, H, W], and per picture its style and captions.

    `words` [M, T, 384] and `mask` [M, T] hold each distinct caption once; caption 0 is the empty
    one. `choices[n]` are the caption numbers of picture n, `weights[n]` how often each is drawn.
    """

    latents: Tensor
    styles: Tensor
    words: Tensor
    mask: Tensor
    choices: list[list[int]]
    weights: list[list[float]]

    def draw(self, size: int, dropped: float, where: str) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """A batch: latents, words, mask, styles, on the device `where`."""
        rows = torch.randint(len(self.latents), (size,))
        said = [0 if random.random() < dropped else self._say(row) for row in rows.tolist()]
        longest = int(self.mask[said].sum(1).max())
        batch = (self.latents[rows], self.words[said, :longest].float(),
                 self.mask[said, :longest], self.styles[rows])  # fmt: skip
        return tuple(part.to(where) for part in batch)  # type: ignore[return-value]

    def _say(self, row: int) -> int:
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


def lessons(work: Path, taef2: Path, options: Options) -> Lessons:
    """Latents and captions of the painter's styles, from the cache if it is there."""
    cache = work / "painter" / f"lessons{options.pixels}.pt"
    if cache.exists():
        return Lessons(**torch.load(cache, weights_only=True))
    pictures, records = data.load(work / "data")
    rows = [row for row, r in enumerate(records) if r.style in STYLES and not r.sign]
    common = common_keywords(records)
    said = [captions_of(records[row], colour_of(pictures[row]), common) for row in rows]
    texts = ["", *dict.fromkeys(text for captions in said for text, _ in captions)]
    number = {text: place for place, text in enumerate(texts)}
    words, mask = _token_states(texts)
    rgb = np.stack([scaled(pictures[row], options.pixels) for row in rows])
    made = Lessons(
        latents=encode_pictures(rgb, taef2),
        styles=torch.tensor([STYLES.index(records[row].style) for row in rows]),
        words=words, mask=mask,
        choices=[[number[text] for text, _ in captions] for captions in said],
        weights=[[weight for _, weight in captions] for captions in said],
    )  # fmt: skip
    cache.parent.mkdir(parents=True, exist_ok=True)
    torch.save(vars(made), cache)
    return made


def _token_states(texts: list[str], longest: int = 16, batch: int = 256) -> tuple[Tensor, Tensor]:
    tokenizer, model = load_words(minilm_folder())
    words = torch.zeros(len(texts), longest, 384, dtype=torch.float16)
    mask = torch.zeros(len(texts), longest)
    for start in range(0, len(texts), batch):
        states, part = read_words(tokenizer, model, texts[start : start + batch])
        words[start : start + batch, : states.shape[1]] = states.half()
        mask[start : start + batch, : part.shape[1]] = part.float()
    return words, mask


def loss_of(model: WordTransformer, batch: tuple[Tensor, ...], lean: float) -> Tensor:
    """Mean squared error of the velocity; times are logit-normal around `lean` (Esser 2024)."""
    latents, words, mask, styles = batch
    clean = (latents - model.latent_mean) / model.latent_std
    time = torch.sigmoid(lean + torch.randn(len(clean), device=clean.device))
    noise = torch.randn_like(clean)
    part = time.view(-1, 1, 1, 1)
    velocity = model((1 - part) * clean + part * noise, time, words, mask, styles)
    return (velocity.float() - (noise - clean)).square().mean()


def build(made: Lessons, options: Options) -> WordTransformer:
    """A fresh network that knows the latents' mean and deviation, and has its first guess."""
    size = made.latents.shape[-1]
    model = WordTransformer(
        size=size, width=options.width, depth=options.depth, features=options.features
    )
    model.latent_mean.copy_(made.latents.mean((0, 2, 3), keepdim=True))
    model.latent_std.copy_(made.latents.std((0, 2, 3), keepdim=True))
    fit(model, made)
    return model


def plain_attention(model: WordTransformer) -> None:
    """Attention as plain products: on a CPU the fused kernel's backward is slow for 16 tokens."""
    for module in model.modules():
        if isinstance(module, Attention):
            module.set_processor(AttnProcessor())


def go_on_from(painter: Path, made: Lessons) -> WordTransformer:
    """The network of a painter that `save` wrote. ValueError if it learnt other pictures."""
    model: WordTransformer = WordTransformer.from_pretrained(painter / "transformer")
    its, asked = (model.size, model.styles), (made.latents.shape[-1], STYLES)
    if its != asked:
        raise ValueError(f"{painter} has latents a side and styles {its}, the pictures {asked}")
    return model.float()


def train(
    made: Lessons, folder: Path, minutes: float, options: Options, start: Path | None = None
) -> WordTransformer:
    """Train within the budget; return the moving average of the weights."""
    where = device()
    model = (go_on_from(start, made) if start else build(made, options)).to(where)
    if where == "cpu":
        plain_attention(model)
    average = copy.deepcopy(model).requires_grad_(False)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=options.peak, weight_decay=0.01, fused=True
    )
    run = Run(folder, minutes, {"model": model, "average": average, "optimizer": optimizer})
    for step in run:
        for group in optimizer.param_groups:
            group["lr"] = run.rate(options.peak)
        with mixed(where):
            loss = loss_of(model, made.draw(options.batch, options.dropped, where), options.lean)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        _follow(average, model, min(options.decay, (step + 1) / (step + 10)))
        run.log(loss.item())
    return average.cpu()


@torch.no_grad()
def _follow(average: WordTransformer, model: WordTransformer, decay: float) -> None:
    torch._foreach_lerp_(list(average.parameters()), list(model.parameters()), 1 - decay)


def save(model: WordTransformer, taef2: Path, folder: Path) -> None:
    """Write the pipeline in float16, in shards under 10 MB, as the app loads it."""
    from diffusers import FlowMatchEulerDiscreteScheduler

    paint = TinyDecoder()
    state = load_file(taef2 / "decoder.safetensors")
    paint.layers = decoder(32)
    paint.layers.load_state_dict(state)
    pipeline = PainterPipeline(model.half(), paint.half(), FlowMatchEulerDiscreteScheduler())
    pipeline.save_pretrained(folder, safe_serialization=True, max_shard_size="9MB")


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, default=Path("training/work"))
    parser.add_argument("--taef2", type=Path, required=True, help="encoder and decoder.safetensors")
    parser.add_argument("--minutes", type=float, default=120)
    parser.add_argument("--start", type=Path, help="folder of a trained painter to go on from")
    parser.add_argument("--out", type=Path, default=Path("assets/models/painter"))
    given = parser.parse_args(arguments)
    options = RECIPES[device()]
    made = lessons(given.work, given.taef2, options)
    print(f"{len(made.latents)} pictures, {len(made.words)} captions", flush=True)
    folder = given.work / ("painter-on" if given.start else "painter")  # each resumes its own
    model = train(made, folder, given.minutes, options, given.start)
    save(model, given.taef2, given.out)
    print(f"saved to {given.out}")


if __name__ == "__main__":
    main()
