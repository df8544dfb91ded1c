"""Train the search encoder: `python -m training.encoder --minutes 6`.

The image tower's opinion on drawings is trained on what the frozen trunk gave: contrastive, as in
CLIP (Radford et al. 2021), but on cached features, as in LiT (Zhai et al. 2022). The texts are
MiniLM's; `training/bridge.py` brings both languages to the same place.
"""

import argparse
import json
import random
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, normalize

from backend.models.search_encoder.tower import OWN_FILES, PictureTower
from training import colours, data, familiarity, features
from training.captions import captions_of, common_keywords
from training.concepts import TRAIN
from training.hardware import device
from training.run import Run
from training.text import Sentences

CONFIG = {
    "model_cfg": {
        "embed_dim": 384,
        "vision_cfg": {"timm_model_name": "tf_efficientnet_lite0", "timm_pool": "avg",
                       "timm_proj": "linear", "image_size": 224},
        "text_cfg": {"hf_model_name": "sentence-transformers/all-MiniLM-L6-v2",
                     "hf_pooler_type": "mean_pooler", "hf_proj_type": None, "context_length": 32},
    },
    "preprocess_cfg": {"size": [224, 224], "mean": [127 / 255] * 3, "std": [128 / 255] * 3,
                       "interpolation": "bicubic", "resize_mode": "shortest", "fill_color": 255},
}  # fmt: skip


@dataclass(frozen=True)
class Options:
    """The recipe. `sharpness` is 1 / temperature of the contrast."""

    batch: int = 384
    peak: float = 1e-3
    decay: float = 0.05
    sharpness: float = 20.0


@dataclass
class Lessons:
    """Features [V, 4096] and ImageNet scores [V, 1000] of all views, and which may be trained on.

    `views[concept]` are the rows of a trained concept; `choices[row]` its captions' numbers in
    `texts`.
    """

    seen: Tensor
    scores: Tensor
    texts: Tensor
    views: dict[str, list[int]]
    choices: dict[int, tuple[list[int], list[float]]]

    def draw(self, size: int) -> tuple[list[int], list[int]]:
        """Rows and caption numbers of `size` different concepts."""
        concepts = random.sample(list(self.views), min(size, len(self.views)))
        rows = [random.choice(self.views[concept]) for concept in concepts]
        return rows, [random.choices(*self.choices[row])[0] for row in rows]


def class_names(sentences: Sentences) -> Tensor:
    """Vectors [1000, 384] of "a photo of a <class>" for ImageNet's classes."""
    from open_clip.zero_shot_metadata import IMAGENET_CLASSNAMES

    return torch.from_numpy(
        sentences.encode([f"a photo of a {name}" for name in IMAGENET_CLASSNAMES])
    )


def start(sentences: Sentences) -> PictureTower:
    """A tower that knows ImageNet and no drawings yet."""
    tower = PictureTower()
    tower.trunk = features.imagenet_trunk()
    tower.classes.names.copy_(class_names(sentences))
    return tower


@torch.inference_mode()
def look(tower: PictureTower, folder: Path, batch: int = 512) -> tuple[Tensor, Tensor]:
    """The tower's features and scores of all cached views, in float16."""
    pooled, maps = np.load(folder / "pooled.npy", "r"), np.load(folder / "maps.npy", "r")
    count = len(np.load(folder / "rows.npy"))
    parts = []
    for place in range(0, count, batch):
        part = slice(place, min(place + batch, count))
        flat, last = (torch.from_numpy(np.asarray(a[part], np.float32)) for a in (pooled, maps))
        parts.append([part.half() for part in tower.features(flat, last)])
    seen, scores = zip(*parts, strict=True)
    return torch.cat(seen), torch.cat(scores)


def lessons(work: Path, tower: PictureTower, sentences: Sentences) -> Lessons:
    """Everything that the training draws from; pictures of other parts and styles are left out."""
    records = data.load(work / "data")[1]
    rows = np.load(work / "features" / "rows.npy")
    common = common_keywords(records)
    number: dict[str, int] = {}
    views, choices = defaultdict(list), {}
    for place, (picture, _) in enumerate(rows.tolist()):
        record = records[picture]
        if record.part != TRAIN or record.style == data.HELD_OUT_STYLE:
            continue
        said = captions_of(record, None, common)
        ids = [number.setdefault(text, len(number)) for text, _ in said]
        views[record.concept].append(place)
        choices[place] = ids, [weight for _, weight in said]
    seen, scores = look(tower, work / "features")
    texts = torch.from_numpy(sentences.encode(list(number)))
    return Lessons(seen, scores, texts, dict(views), choices)


def loss_of(vectors: Tensor, texts: Tensor, sharpness: float) -> Tensor:
    """Symmetric InfoNCE, and the cosine distance to one's own text. Unit vectors [B, 384]."""
    logits = vectors @ texts.T * sharpness
    own = torch.arange(len(vectors), device=vectors.device)
    near = 1 - (vectors * texts).sum(1).mean()
    return cross_entropy(logits, own) + cross_entropy(logits.T, own) + 2 * near


def train(
    tower: PictureTower, made: Lessons, folder: Path, minutes: float, options: Options
) -> None:
    """Train the tower's opinion on drawings in place; all else is frozen."""
    where = device()
    trained = made.seen[[row for rows in made.views.values() for row in rows]].float()
    tower.drawings.mean.copy_(trained.mean(0))
    tower.drawings.deviation.copy_(trained.std(0) + 1e-3)
    tower.to(where)
    optimizer = torch.optim.AdamW(
        tower.drawings.parameters(), options.peak, weight_decay=options.decay
    )
    run = Run(folder, minutes, {"drawings": tower.drawings, "optimizer": optimizer})
    tower.drawings.train()
    for _ in run:
        optimizer.param_groups[0]["lr"] = run.rate(options.peak, warm=50)
        rows, said = made.draw(options.batch)
        vectors = tower.as_drawings(
            made.seen[rows].float().to(where), made.scores[rows].float().to(where)
        )
        loss = loss_of(normalize(vectors, dim=-1), made.texts[said].to(where), options.sharpness)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        run.log(loss.item())
    tower.cpu().eval()


def save(tower: PictureTower, folder: Path) -> None:
    """Write float16 shards under 10 MB and the open_clip config; texts, colours and familiarity
    have files of their own."""
    from huggingface_hub import save_torch_state_dict

    folder.mkdir(parents=True, exist_ok=True)
    own = {n: t for n, t in tower.state_dict().items() if not n.startswith(OWN_FILES)}
    half = {n: t.half() if t.is_floating_point() else t for n, t in own.items()}
    save_torch_state_dict(half, folder, max_shard_size="9MB")
    (folder / "open_clip_config.json").write_text(json.dumps(CONFIG, indent=2) + "\n")


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, default=Path("training/work"))
    parser.add_argument("--minutes", type=float, default=6)
    parser.add_argument("--out", type=Path, default=Path("assets/models/search-encoder"))
    given = parser.parse_args(arguments)
    features.compute(given.work, extra=2)
    sentences = Sentences()
    tower = start(sentences)
    made = lessons(given.work, tower, sentences)
    train(tower, made, given.work / "encoder", given.minutes, Options())
    save(tower, given.out)
    colours.save(colours.found(given.work, sentences), given.out)
    familiarity.save(tower.familiarity, given.out)
    print(f"saved to {given.out}")


if __name__ == "__main__":
    main()
