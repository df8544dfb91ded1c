"""Train the search encoder's Chinese side: `python -m training.bridge`.

The text encoder is frozen and reads every text once. A small network beside it, the bridge, moves
its vectors into the space of pictures, which is MiniLM's: of English texts it learns MiniLM's
vector, of Chinese ones the vector of their translation (Reimers and Gurevych 2020), and above all
the colours that it names. It learns the vectors that the picture tower gives to drawings of
trained concepts, and what photographs would look like to it, imagined from how alike ImageNet's
classes are to its classifier; there are no photographs to learn from.
"""

import argparse
import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, normalize

from backend.models.search_encoder import BRIDGE_FILE
from backend.models.search_encoder.bridge import BRIDGE, Bridge
from backend.models.search_encoder.tower import PictureTower
from backend.models.weights import read_shards
from training import data, features, sayings
from training.bridge_lessons import Taught, taught
from training.captions import names_of
from training.chinese import HAN
from training.concepts import TRAIN
from training.encoder import look
from training.hardware import device
from training.run import Run

SURENESS = 8.0, 30.0  # of an imagined classifier: what its scores are multiplied by


@dataclass(frozen=True)
class Options:
    """The recipe. `sharpness` is 1 / temperature of the contrast."""

    words: int = 384  # of each language
    pictures: int = 320
    photographs: int = 256
    photograph_share: float = 0.5
    peak: float = 1e-3
    decay: float = 0.05
    sharpness: float = 20.0
    colour_share: float = 10.0


@dataclass
class Lessons:
    """Vectors `texts` [T, 384] and the teacher's, `teacher` [T, 384], of English ones; pairs of
    numbers (a text, the English one that says the same) by language; texts' numbers by class; how
    alike the classes are, [1000, 1000]; and the vectors of drawings, [P, 384], with each concept's
    and their names as numbers with weights."""

    texts: Tensor
    teacher: Tensor
    pairs: list[list[tuple[int, int]]]
    shown: dict[int, list[int]]
    alike: Tensor
    drawn: Tensor
    concepts: dict[str, list[int]]
    names: dict[int, tuple[list[int], list[float]]]

    def draw_pictures(self, size: int) -> tuple[list[int], list[int]]:
        """Drawings of `size` different concepts, and a name of each."""
        some = random.sample(list(self.concepts), min(size, len(self.concepts)))
        rows = [random.choice(self.concepts[concept]) for concept in some]
        return rows, [random.choices(*self.names[row])[0] for row in rows]

    def draw_words(self, size: int) -> tuple[list[int], list[int]]:
        """Numbers of `size` texts of each language, and of the English that says the same."""
        chosen = [random.choice(kind) for kind in self.pairs for _ in range(size)]
        return [number for number, _ in chosen], [english for _, english in chosen]

    def draw_photographs(self, size: int) -> tuple[list[int], Tensor]:
        """Numbers of texts about `size` different classes, and imagined scores [size, 1000]."""
        classes = random.sample(list(self.shown), min(size, len(self.shown)))
        sure = torch.empty(len(classes), 1).uniform_(*SURENESS)
        scores = sure * self.alike[classes] + torch.randn(len(classes), len(self.alike))
        return [random.choice(self.shown[one]) for one in classes], scores


def lessons(made: Taught, tower: PictureTower, work: Path) -> Lessons:
    """The texts and the drawings as vectors; frozen networks look at each once, into `work`."""
    every = list(dict.fromkeys([*made.english, *made.chinese]))
    number = {text: place for place, text in enumerate(every)}
    teacher = torch.zeros(len(every), 384)
    english = sayings.taught(list(made.english), work / "texts")
    teacher[[number[text] for text in made.english]] = english
    pairs = [
        [(number[text], number[text]) for text in made.english],
        [(number[text], number[english]) for text, english in made.chinese.items()],
    ]
    shown = {one: [number[text] for text in texts] for one, texts in made.shown.items()}
    texts = sayings.read(every, work / "texts")
    return Lessons(texts, teacher, pairs, shown, alike(tower), *drawings(tower, work, number))


def drawings(
    tower: PictureTower, work: Path, number: dict[str, int]
) -> tuple[Tensor, dict[str, list[int]], dict[int, tuple[list[int], list[float]]]]:
    """Vectors [P, 384] of all views of drawings; the rows of each trained concept; each row's names
    in both languages, as numbers with weights."""
    records = data.load(work / "data")[1]
    concepts: dict[str, list[int]] = {}
    names: dict[int, tuple[list[int], list[float]]] = {}
    for row, picture in enumerate(np.load(work / "features" / "rows.npy")[:, 0].tolist()):
        record = records[picture]
        said = named(record, number)
        if record.part == TRAIN and record.style != data.HELD_OUT_STYLE and said:
            concepts.setdefault(record.concept, []).append(row)
            names[row] = [place for place, _ in said], [weight for _, weight in said]
    seen, scores = look(tower, work / "features")
    with torch.inference_mode():
        vectors = normalize(tower.as_drawings(seen.float(), scores.float()), dim=-1)
    return vectors.clone(), concepts, names


def named(record: data.Record, number: dict[str, int]) -> list[tuple[int, float]]:
    """Numbers and weights of a drawing's names; the two languages weigh about the same."""
    english = zip(names_of(record)[:2], (4.0, 1.5), strict=False)
    in_chinese = [(text, 5.0) for text in record.chinese if HAN.search(text)][:1]
    return [(number[text], weight) for text, weight in [*english, *in_chinese] if text in number]


def alike(tower: PictureTower) -> Tensor:
    """How alike ImageNet's classes are to the classifier: cosines [1000, 1000] of its weights."""
    weights = tower.trunk.net.classifier.weight.detach()
    vectors = normalize(weights - weights.mean(0), dim=-1)
    return vectors @ vectors.T


def teacher_loss(vectors: Tensor, targets: Tensor, sharpness: float) -> Tensor:
    """Close to the teacher's vector (cosine), and as close to the others' as the teacher is."""
    near = 1 - (vectors * targets).sum(1).mean()
    wanted = (targets @ targets.T * sharpness).softmax(1)
    return 5 * near + cross_entropy(vectors @ targets.T * sharpness, wanted)


def colour_loss(vectors: Tensor, targets: Tensor, directions: Tensor) -> Tensor:
    """How far the colours that the texts name, or do not, are from those of the teacher's."""
    return ((vectors - targets) @ directions.T).square().sum(1).mean()


def contrast(vectors: Tensor, texts: Tensor, sharpness: float) -> Tensor:
    """Symmetric InfoNCE of unit vectors [B, 384], row by row one's own."""
    logits = vectors @ texts.T * sharpness
    own = torch.arange(len(vectors), device=vectors.device)
    return cross_entropy(logits, own) + cross_entropy(logits.T, own)


def loss_of(bridge: Bridge, tower: PictureTower, made: Lessons, options: Options) -> Tensor:
    """One batch of texts with a teacher, one of imagined photographs, and one of drawings."""
    where = bridge.mean.device
    words, english = made.draw_words(options.words)
    shown, scores = made.draw_photographs(options.photographs)
    rows, names = made.draw_pictures(options.pictures)
    vectors = normalize(bridge(made.texts[words + shown + names].to(where)), dim=-1)
    own, of_photographs, of_drawings = vectors.split([len(words), len(shown), len(names)])
    teacher = made.teacher[english].to(where)
    loss = teacher_loss(own, teacher, options.sharpness)
    loss = loss + options.colour_share * colour_loss(own, teacher, tower.colours.directions)
    photographs = normalize(tower.classes(scores.to(where)), dim=-1)
    loss = loss + options.photograph_share * contrast(
        photographs, of_photographs, options.sharpness
    )
    drawn = made.drawn[rows].to(where)
    near = 1 - (drawn * of_drawings).sum(1).mean()
    return loss + contrast(drawn, of_drawings, options.sharpness) + 2 * near


def train(
    tower: PictureTower, made: Lessons, folder: Path, minutes: float, options: Options
) -> Bridge:
    """A trained bridge; the tower stays as it is."""
    bridge = Bridge()
    bridge.mean.copy_(made.texts.mean(0))
    bridge.deviation.copy_(made.texts.std(0) + 1e-3)
    bridge.to(device()), tower.to(device())
    optimizer = torch.optim.AdamW(bridge.parameters(), options.peak, weight_decay=options.decay)
    run = Run(folder, minutes, {"bridge": bridge, "optimizer": optimizer})
    for _ in run:
        optimizer.param_groups[0]["lr"] = run.rate(options.peak, warm=50)
        loss = loss_of(bridge, tower, made, options)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        run.log(loss.item())
    tower.cpu()
    return bridge.cpu().eval()


def save(bridge: Bridge, folder: Path) -> None:
    """Its weights in float16, beside the picture tower's."""
    from safetensors.torch import save_file

    state = {BRIDGE + name: tensor.half() for name, tensor in bridge.state_dict().items()}
    save_file(state, folder / BRIDGE_FILE)


def tower_of(folder: Path) -> PictureTower:
    """The picture tower whose weights lie in the folder."""
    tower = PictureTower()
    state = read_shards(folder)
    tower.load_state_dict({n: t for n, t in state.items() if not n.startswith(BRIDGE)})
    return tower.eval().requires_grad_(False)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--work", type=Path, default=Path("training/work"))
    parser.add_argument("--minutes", type=float, default=9)
    parser.add_argument("--encoder", type=Path, default=Path("assets/models/search-encoder"))
    given = parser.parse_args(arguments)
    torch.manual_seed(0)
    random.seed(0)
    tower = tower_of(given.encoder)
    features.compute(given.work, extra=0)
    made = lessons(taught(given.work), tower, given.work)
    bridge = train(tower, made, given.work / "bridge", given.minutes, Options())
    save(bridge, given.encoder)
    print(f"saved to {given.encoder / BRIDGE_FILE}")


if __name__ == "__main__":
    main()
