"""A ready captioner: a picture in, a sentence out, each word with its chances and its look."""

import json
from dataclasses import dataclass
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

from backend.models.captioner.decoder import END, LONGEST, OPINIONS, START, UNKNOWN, CaptionDecoder
from backend.models.captioner.knn import Recall, as_rows
from backend.models.search_encoder.model import SearchEncoder
from backend.models.search_encoder.tower import PictureTower
from backend.models.weights import read_shards


@dataclass(frozen=True)
class Word:
    """One word of a caption.

    `chance` is its probability, `others` the likeliest words at its place with theirs (itself
    included), `look` [7, 7] the share of attention that each cell of the picture got (sum at most
    1: the rest went to the picture as a whole).
    """

    text: str
    chance: float
    others: list[tuple[str, float]]
    look: Tensor


@dataclass(frozen=True)
class Caption:
    """`text` is the words joined; `chance` the probability of the whole sentence."""

    text: str
    words: list[Word]
    chance: float


@dataclass(frozen=True)
class Captioner:
    """`eye` is the search encoder, whose image tower does the seeing."""

    decoder: CaptionDecoder
    recall: Recall
    words: list[str]
    eye: SearchEncoder

    @torch.inference_mode()
    def caption(self, picture: Image.Image, choices: int = 5) -> Caption:
        """The likeliest caption, word by word (greedy), with `choices` alternatives per word."""
        memory = memory_of(self.eye.model.visual, self.eye.pixels([picture]))
        weights = self.recall.weights(memory[0, :OPINIONS].sum(0))
        numbers, said, whole = [START], [], 1.0
        while len(numbers) < LONGEST:
            scores, looks = self.decoder(torch.tensor([numbers], device=memory.device), memory)
            chances = self.recall.next_word(weights, numbers[1:], spoken(scores[0, -1]))
            best = int(chances.argmax())
            whole *= float(chances[best])
            if best == END:
                break
            said.append(self._word(best, chances, looks[0, -1, OPINIONS:], choices))
            numbers.append(best)
        return Caption(" ".join(word.text for word in said), said, whole)

    def _word(self, number: int, chances: Tensor, look: Tensor, choices: int) -> Word:
        top = chances.topk(choices)
        others = [(self.words[i], float(p)) for p, i in zip(top.values, top.indices, strict=True)]
        return Word(self.words[number], float(chances[number]), others, look.view(7, 7).cpu())


def spoken(scores: Tensor) -> Tensor:
    """Probabilities [V] of scores [V]; what is no word and cannot be said has none."""
    silent = scores.clone()
    silent[[START, UNKNOWN]] = -torch.inf
    return silent.softmax(-1)


def memory_of(tower: PictureTower, pixels: Tensor) -> Tensor:
    """The decoder's memory [B, 51, 384] of pictures [B, 3, 224, 224]."""
    return memory_from(tower, *tower.trunk(pixels))


def memory_from(tower: PictureTower, pooled: Tensor, last: Tensor) -> Tensor:
    """The same of what the trunk gave: drawing opinion, class mixture, and a mixture per cell."""
    features, scores = tower.features(pooled, last)
    cells = tower.classes(tower.trunk.classes(tower.trunk.cells(last)))
    whole = torch.stack([tower.drawings(features), tower.classes(scores)], dim=1)
    return torch.cat([whole, cells], dim=1)


def load_captioner(folder: Path, eye: SearchEncoder) -> Captioner:
    """Build from `config.json` in `folder`, then fill in the weights; on the device of `eye`."""
    state = read_shards(folder)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    lines = as_rows(config["sentences"], LONGEST)
    recall = Recall(state.pop("recall").to(eye.device), lines.to(eye.device))
    decoder = CaptionDecoder(len(config["words"]), **config["network"])
    decoder.load_state_dict(state)
    decoder.eval().requires_grad_(False).to(eye.device)
    return Captioner(decoder, recall, config["words"], eye)
