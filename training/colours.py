"""Find what a colour's name adds to a text: `python -m training.colours` (half a minute).

Ridge regression, in closed form, from MiniLM's vectors of texts to the colour that they name:
"a red car" is red, "a car" and "a tomato" are nothing. Its eleven directions are what the picture
tower adds for the colours that it sees (`backend/models/search_encoder/colours.py`), so a text has
to learn nothing. The nouns are names of trained concepts; how well the directions tell the colours
of others is printed.
"""

import argparse
import random
from pathlib import Path

import torch
from torch import Tensor

from backend.models.search_encoder import COLOURS_FILE
from backend.models.search_encoder.colours import COLOURS
from backend.models.search_encoder.tower import COLOURS as PREFIX
from training import data
from training.captions import names_of
from training.concepts import TEST, TRAIN
from training.text import Sentences

PHRASES = ("{colour} {noun}", "a {colour} {noun}", "the {noun} is {colour}",
           "a photo of a {colour} {noun}", "a drawing of a {colour} {noun}",
           "a big {colour} {noun}", "{noun} in {colour}")  # fmt: skip
PLAIN = ("{noun}", "a {noun}", "the {noun} is big", "a photo of a {noun}", "a drawing of a {noun}",
         "a big {noun}", "{noun} in the rain")  # fmt: skip
SPELT = {"gray": ("gray", "grey"), "purple": ("purple", "violet"), "yellow": ("yellow", "golden")}
RIDGE = 3.0  # chosen on half of the trained nouns
MAX_NOUNS, COLOURED = 800, 2  # nouns of a part; phrases with a colour of each, and without


def nouns_of(records: list[data.Record], part: str) -> list[str]:
    """Names of a part's things, without colours; an orange stays one."""
    named = {names_of(record)[-1] for record in records if record.part == part and not record.sign}
    return sorted({_plain(name) for name in named})


def _plain(name: str) -> str:
    return " ".join(word for word in name.split() if word not in COLOURS) or name


def texts_about(nouns: list[str], chance: random.Random) -> tuple[list[str], Tensor]:
    """Texts, and which colour each names: [N, 11] of zeros and ones."""
    texts, named = [], []
    for noun in chance.sample(nouns, min(MAX_NOUNS, len(nouns))):
        for colour in chance.sample(range(len(COLOURS)), COLOURED):
            said = chance.choice(SPELT.get(COLOURS[colour], (COLOURS[colour],)))
            texts += [chance.choice(PHRASES).format(colour=said, noun=noun)]
            texts += [chance.choice(PLAIN).format(noun=noun)]
            named += [colour, len(COLOURS)]
    answers = torch.nn.functional.one_hot(torch.tensor(named), len(COLOURS) + 1)
    return texts, answers[:, :-1].float()


def directions(vectors: Tensor, named: Tensor, ridge: float = RIDGE) -> Tensor:
    """[11, 384] whose products with vectors [N, 384] are nearest to which colour is `named`."""
    spread = vectors.T @ vectors + ridge * torch.eye(vectors.shape[1])
    return torch.linalg.solve(spread, vectors.T @ named).T


def told_apart(vectors: Tensor, named: Tensor, made: Tensor) -> tuple[float, float]:
    """Shares of texts with a colour whose colour is the largest product, and of texts without one
    whose products all stay below a half."""
    said = vectors @ made.T
    coloured = named.sum(1) > 0
    right = said[coloured].argmax(1) == named[coloured].argmax(1)
    return right.float().mean().item(), (said[~coloured].amax(1) < 0.5).float().mean().item()


def found(work: Path, sentences: Sentences) -> Tensor:
    """The directions from texts about trained concepts; prints how they do on others."""
    records, chance = data.load(work / "data")[1], random.Random(0)
    texts, named = texts_about(nouns_of(records, TRAIN), chance)
    made = directions(torch.from_numpy(sentences.encode(texts)), named)
    others, answers = texts_about(nouns_of(records, TEST), chance)
    right, quiet = told_apart(torch.from_numpy(sentences.encode(others)), answers, made)
    print(f"unseen nouns: colour told {right:.3f}, none where there is none {quiet:.3f}")
    return made


def save(made: Tensor, folder: Path) -> None:
    """Beside the picture tower's weights, in float16."""
    from safetensors.torch import save_file

    save_file({f"{PREFIX}directions": made.half()}, folder / COLOURS_FILE)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--work", type=Path, default=Path("training/work"))
    parser.add_argument("--encoder", type=Path, default=Path("assets/models/search-encoder"))
    given = parser.parse_args(arguments)
    save(found(given.work, Sentences()), given.encoder)
    print(f"saved to {given.encoder / COLOURS_FILE}")


if __name__ == "__main__":
    main()
