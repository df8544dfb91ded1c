"""Find for which pictures the opinion on drawings counts, and which are called drawings.

`python -m training.familiarity` (2 minutes).

Two numbers (`backend/models/search_encoder/familiarity.py`) are tried in steps; those are kept by
which names and captions, English and Chinese, find their pictures best. Drawings of unseen concepts
or in the unseen style are asked for, and the gallery, which is mostly photographs: of both the half
of the concepts and captions that the match level is found by, too. Of numbers that do about as
well, the sharpest are kept, as a picture is one or the other, and of those the least: the gallery's
photographs are cut out on white, which looks more like a drawing than a whole photograph does.

A third number, the edge, says up to where a picture is called a drawing: the least step that these
drawings all lie within. To call one a photograph is the worse mistake, and what is drawn less well,
as by the painter, lies farther out.
"""

from __future__ import annotations

import argparse
import itertools
from dataclasses import dataclass
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor
from torch.nn.functional import normalize

from backend import gallery
from backend.models import search_encoder
from backend.models.search_encoder import FAMILIARITY_FILE
from backend.models.search_encoder.familiarity import Familiarity, distance
from backend.models.search_encoder.model import SearchEncoder
from backend.models.search_encoder.tower import FAMILIARITY, PictureTower
from backend.pictures import read_picture
from training.match_level import held_out_drawings, is_chosen_by

FARTHEST = (1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 2.0)
FADES = (0.1, 0.2, 0.3, 0.4)
AS_WELL = 0.002  # share of texts: numbers that find so little less do about as well
ALL = 0.999  # share of the drawings that must lie within the edge
FOUND = (1, 5)  # a right picture among the first so many; the mean counts
BATCH = 32


@dataclass(frozen=True)
class Asked:
    """A collection of pictures as the tower sees them, and texts that are asked of it."""

    standard: Tensor  # [N, F] features in standard deviations
    opinions: Tensor  # [3, N, D]: on drawings, of classes, of colours
    tower: PictureTower  # that adds them
    concepts: list[str]  # [N]
    texts: tuple[Tensor, ...]  # [N, D] in each language

    def found(self, familiarity: Familiarity) -> float:
        """The share of texts that find a picture of their concept, 0 to 1."""
        drawings, classes, colours = self.opinions
        shares = familiarity(self.standard).unsqueeze(-1)
        pictures = normalize(self.tower.weighed(shares, drawings, classes) + colours, dim=-1)
        names = {name: number for number, name in enumerate(dict.fromkeys(self.concepts))}
        concepts = torch.tensor([names[one] for one in self.concepts])
        rates = [
            (concepts[(texts @ pictures.T).topk(first).indices] == concepts[:, None]).any(1)
            for texts in self.texts
            for first in FOUND
        ]
        return torch.stack(rates).float().mean().item()


@torch.inference_mode()
def asked(
    encoder: SearchEncoder,
    pictures: list[Image.Image],
    concepts: list[str],
    told: list[tuple[str, str]],
) -> Asked:
    """What the tower thinks of the pictures, and what they are called in each language."""
    tower, standard, opinions = encoder.model.visual, [], []
    for start in range(0, len(pictures), BATCH):
        pixels = encoder.pixels(pictures[start : start + BATCH])
        features, scores = tower.features(*tower.trunk(pixels))
        standard.append(tower.drawings.standard(features))
        each = tower.drawings(features), tower.classes(scores), tower.colours(pixels)
        opinions.append(torch.stack(each))
    texts = tuple(encoder.encode_texts([one[which] for one in told]) for which in (0, 1))
    return Asked(torch.cat(standard), torch.cat(opinions, 1), tower, concepts, texts)


def drawings(encoder: SearchEncoder, work: Path) -> Asked:
    """Those that nothing was trained on, of the half that chooses."""
    seen, records = held_out_drawings(work)
    kept = [row for row, record in enumerate(records) if is_chosen_by(record.concept)]
    told = [(records[row].name.lower(), records[row].chinese[0]) for row in kept]
    return asked(encoder, [seen[row] for row in kept], [records[row].concept for row in kept], told)


def of_gallery(encoder: SearchEncoder) -> Asked:
    """The half of it that chooses, by its English captions."""
    kept = [entry for entry in gallery.entries() if is_chosen_by(entry.english)]
    pictures = [read_picture(gallery.file_of(entry.key)) for entry in kept]
    told = [(entry.english, entry.chinese) for entry in kept]
    return asked(encoder, pictures, [entry.english for entry in kept], told)


def best(collections: list[Asked]) -> Familiarity:
    """The sharpest, least numbers by which as much is found as by any; prints what is found."""
    tried = {
        (farthest, fade): found_in(collections, of(farthest, fade))
        for fade, farthest in itertools.product(FADES, FARTHEST)
    }
    most = max(tried.values())
    kept = next(pair for pair, found in tried.items() if found >= most - AS_WELL)
    print(f"farthest {kept[0]}, fade {kept[1]}: found {tried[kept]:.4f}, most {most:.4f}")
    always = found_in(collections, of(100.0, 1.0))
    print(f"with the opinion on drawings of every picture: {always:.4f}")
    return of(*kept)


def edge_of(drawn: Tensor) -> float:
    """The least step of distance that all drawings, of standardised features [N, F], lie within.
    ValueError where none is far enough."""
    far = distance(drawn)
    within = {step: (far < step).float().mean().item() for step in FARTHEST}
    print("of the drawings lie within:", {step: round(share, 3) for step, share in within.items()})
    enough = [step for step, share in within.items() if share >= ALL]
    if not enough:
        raise ValueError(f"not all drawings lie within {FARTHEST[-1]}: give FARTHEST larger steps")
    return enough[0]


def found_in(collections: list[Asked], familiarity: Familiarity) -> float:
    """The mean share that is found in the collections."""
    return sum(one.found(familiarity) for one in collections) / len(collections)


def of(farthest: float, fade: float) -> Familiarity:
    """With these numbers."""
    made = Familiarity()
    made.farthest.fill_(farthest)
    made.fade.fill_(fade)
    return made


def save(made: Familiarity, folder: Path) -> None:
    """Beside the picture tower's weights."""
    from safetensors.torch import save_file

    state = {f"{FAMILIARITY}{name}": value for name, value in made.state_dict().items()}
    save_file(state, folder / FAMILIARITY_FILE)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--work", type=Path, default=Path("training/work"))
    parser.add_argument("--encoder", type=Path, default=Path("assets/models/search-encoder"))
    given = parser.parse_args(arguments)
    encoder = search_encoder.load_whole(given.encoder)
    drawn = drawings(encoder, given.work)
    made = best([drawn, of_gallery(encoder)])
    made.edge.fill_(edge_of(drawn.standard))
    save(made, given.encoder)
    print(f"saved to {given.encoder / FAMILIARITY_FILE}")


if __name__ == "__main__":
    main()
